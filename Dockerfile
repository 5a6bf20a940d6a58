# The course on a Jupyter stack image, for one's own machine or for a JupyterHub:
#   docker build --tag course . && docker run --rm --publish 8888:8888 --volume course:/home/jovyan/deep-learning-course course
FROM quay.io/jupyter/minimal-notebook:2026-09-01

# the volume's folder, so that it belongs to the user whom the image runs as
RUN mkdir "/home/${NB_USER}/deep-learning-course"
COPY --chown=${NB_UID}:${NB_GID} . /tmp/course
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/course/requirements.lock && \
    pip install --no-cache-dir --no-deps --no-build-isolation /tmp/course && \
    rm -r /tmp/course && \
    fix-permissions "${CONDA_DIR}" && \
    fix-permissions "/home/${NB_USER}"

CMD ["course", "lab", "--ip", "0.0.0.0", "--no-browser"]
