# SPDX-License-Identifier: MIT
# Two images: the service, and a PostgreSQL with the two roles that it needs.
ARG BASE=debian:12-slim

FROM ${BASE} AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends build-essential cmake pkg-config libevent-dev \
        libpq-dev libjansson-dev libyaml-dev libcjose-dev libssl-dev libcurl4-openssl-dev libpcre2-dev uthash-dev \
        libxlsxwriter-dev libminizip-dev
COPY . /source
RUN cmake -S /source -B /build -DCMAKE_BUILD_TYPE=RelWithDebInfo && cmake --build /build --parallel \
    && cmake --install /build --prefix /usr/local

FROM ${BASE} AS service
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates libevent-2.1-7 libevent-openssl-2.1-7 libpq5 \
        libjansson4 libyaml-0-2 libcjose0 libssl3 libcurl4 libpcre2-8-0 libxlsxwriter4 libminizip1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --shell /usr/sbin/nologin skillsd && install -d -o skillsd -g skillsd -m 700 /var/lib/skillsd
COPY --from=build /usr/local/bin/skillsd /usr/local/bin/skillsd
COPY --from=build /usr/local/share/skillsd /usr/local/share/skillsd
USER 10001:10001
EXPOSE 8080
# Plain HTTP, because in a container the address is never a loopback one and the balancer in front ends TLS. Where there is
# none, set SKILLSD_TLS_CERTIFICATE and SKILLSD_TLS_KEY: then this has no effect.
ENV SKILLSD_LISTEN=0.0.0.0:8080 SKILLSD_PLAIN_HTTP=1
ENTRYPOINT ["skillsd"]
CMD ["serve"]

FROM ${BASE} AS database
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-15 && rm -rf /var/lib/apt/lists/*
COPY .ci/database /usr/local/bin/database
RUN chmod 755 /usr/local/bin/database && install -d -o postgres /var/lib/postgresql/data
USER postgres
VOLUME /var/lib/postgresql/data
# A fast stop: the default, SIGTERM, would wait for every client to leave.
STOPSIGNAL SIGINT
ENTRYPOINT ["database"]
