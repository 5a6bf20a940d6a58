# The course on a Jupyter stack image, for one's own machine or for a JupyterHub (deploy/README.md says how):
#   docker build --tag course . && docker run --rm --publish 8888:8888 --volume course:/home/jovyan/deep-learning-course course
FROM quay.io/jupyter/minimal-notebook:2026-09-01

# the volume's folder, so that it belongs to the user whom the image runs as
RUN mkdir "/home/${NB_USER}/deep-learning-course"
COPY --chown=${NB_UID}:${NB_GID} . /tmp/course
# by which a server talks to its hub; before the locked packages, whose versions count
RUN pip install --no-cache-dir "jupyterhub>=5.2,<6" && \
    pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/course/requirements.lock && \
    pip install --no-cache-dir --no-deps --no-build-isolation /tmp/course && \
    rm -r /tmp/course && \
    fix-permissions "${CONDA_DIR}" && \
    fix-permissions "/home/${NB_USER}"

CMD ["course", "lab", "--ip", "0.0.0.0", "--no-browser"]
