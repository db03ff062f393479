# SPDX-License-Identifier: MIT
# Two images: the service, and a PostgreSQL with the two roles that it needs.
ARG BASE=debian:12-slim

FROM ${BASE} AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends build-essential cmake pkg-config libevent-dev \
        libpq-dev libjansson-dev libyaml-dev libcjose-dev libssl-dev libpcre2-dev uthash-dev
COPY . /source
RUN cmake -S /source -B /build -DCMAKE_BUILD_TYPE=RelWithDebInfo && cmake --build /build --parallel \
    && cmake --install /build --prefix /usr/local

FROM ${BASE} AS service
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates libevent-2.1-7 libpq5 \
        libjansson4 libyaml-0-2 libcjose0 libssl3 libpcre2-8-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 skillsd && install -d -o skillsd /var/lib/skillsd
COPY --from=build /usr/local/bin/skillsd /usr/local/bin/skillsd
COPY --from=build /usr/local/share/skillsd /usr/local/share/skillsd
USER skillsd
EXPOSE 8080
ENV SKILLSD_LISTEN=0.0.0.0:8080
ENTRYPOINT ["skillsd"]
CMD ["serve"]

FROM ${BASE} AS database
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-15 && rm -rf /var/lib/apt/lists/*
COPY --chmod=755 <<'SCRIPT' /usr/local/bin/database
#!/bin/sh
# Makes the cluster, the two roles and the database on the first start; then serves.
set -eu
bin=/usr/lib/postgresql/15/bin data=/var/lib/postgresql/data
if [ ! -e "$data/PG_VERSION" ]; then
    printf '%s' "$PASSWORD" >/tmp/password
    "$bin/initdb" -D "$data" -U postgres -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --pwfile=/tmp/password
    rm /tmp/password
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    "$bin/pg_ctl" start -w -D "$data" -o '-c listen_addresses=127.0.0.1'
    PGPASSWORD=$PASSWORD psql -h 127.0.0.1 -U postgres -v ON_ERROR_STOP=1 -v secret="$PASSWORD" <<'SQL'
create role skillsd_owner login password :'secret';
create role skillsd_service login password :'secret';
create database skillsd owner skillsd_owner;
SQL
    "$bin/pg_ctl" stop -w -D "$data"
fi
exec "$bin/postgres" -D "$data" -c 'listen_addresses=*'
SCRIPT
RUN install -d -o postgres /var/lib/postgresql/data
USER postgres
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["database"]
