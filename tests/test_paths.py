"""Folders that people name: what leads nowhere is one sentence that says which setting to change."""

import os

import pytest

from course_utils import paths
from course_utils.errors import CourseError

FOLDERS = {"COURSE_BUILD": paths.build_dir, "COURSE_WORKSPACE": paths.workspace_dir, "COURSE_CACHE": paths.cache_dir}


@pytest.mark.parametrize("variable", FOLDERS)
def test_the_home_of_nobody(variable, monkeypatch):
    monkeypatch.setenv(variable, "~nosuchuser/course")
    with pytest.raises(
        CourseError,
        match=rf"^{variable} names ~nosuchuser/course, which cannot be used \(.*\); set {variable} to a folder",
    ):
        FOLDERS[variable]()


@pytest.mark.parametrize("variable", FOLDERS)
def test_a_relative_name_where_the_current_folder_is_gone(variable, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setenv(variable, "build")
    with pytest.raises(
        CourseError,
        match=rf"^{variable} names build, which cannot be used \(.*\); set {variable} to a folder that is yours\.$",
    ):
        FOLDERS[variable]()


def test_nobody_without_a_home(monkeypatch):
    """In a container, under a number that no user has."""
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("COURSE_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    with pytest.raises(
        CourseError, match=r"Your home folder is not known \(.*home.*\); set COURSE_CACHE to a folder that is yours\."
    ):
        paths.cache_dir()
