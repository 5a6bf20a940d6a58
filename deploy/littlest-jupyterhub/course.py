"""The course on a JupyterHub whose students share a computer: goes to `/opt/tljh/config/jupyterhub_config.d/`."""

c = get_config()  # noqa: F821

# fills the student's workspace, or brings it up to date, and becomes JupyterLab on its map
c.Spawner.cmd = ["course", "lab"]
# a newcomer's workspace takes some seconds, on a busy server more
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120

c.Spawner.environment = {
    # each student's own, wherever the course itself is installed
    "COURSE_WORKSPACE": "~/deep-learning-course/workspace",
    "COURSE_BUILD": "~/deep-learning-course/build",
    # everybody's, and nobody's to write to; deploy/README.md says how it is filled
    "COURSE_CACHE": "/srv/course/cache",
}
