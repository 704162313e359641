# The production image: the locked packages without those of laptops and tests, and no root.

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY pyproject.toml requirements.lock ./
RUN awk '/^[^ ]/ { on = /^uv==/ } on' requirements.lock > uv.lock \
 && pip install --no-cache-dir --require-hashes --no-deps -r uv.lock
# The part of the lock that production needs; every line of it has to stand in the lock.
RUN uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
      --constraint requirements.lock pyproject.toml -o production.lock \
 && ! grep -vxFf requirements.lock production.lock \
 && python -m venv --without-pip /venv \
 && uv pip install --python /venv/bin/python --no-cache --require-hashes --no-deps --compile-bytecode -r production.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home handrail
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production HANDRAIL_MODEL_DIR=/srv/models
COPY --from=packages /venv /venv
WORKDIR /srv/handrail
COPY . .
# Nothing is connected to; the settings only have to find these names.
RUN DATABASE_URL=postgres:///build REDIS_URL=redis://build SECRET_KEY="$(head -c 60 /dev/urandom | base64 -w0)" \
    python manage.py collectstatic --noinput --verbosity 0 --ignore redoc --ignore rest_framework \
 && install -d -o handrail /srv/models
USER handrail
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--preload", "--threads", "4", "--graceful-timeout", "20", \
     "--max-requests", "20000", "--max-requests-jitter", "2000", "--no-control-socket"]
