-- Keeps what a fetch of an issuer's keys brought, or its fault: then the last good keys stay, and the next attempt
-- waits longer.
-- SPDX-License-Identifier: MIT
-- Attempts are spread by a tenth to either side, so that many issuers and services do not keep step.
with present as (
    select issuer.issuer_id, key_set.digest, key_set.fault,
           case when :fault is null then 0 else coalesce(key_set.failures, 0) + 1 end as failures
    from issuer
    left join issuer_key_set as key_set on key_set.issuer_id = issuer.issuer_id
    where issuer.url = :url
), plan as (
    select (0.9 + 0.2 * random())
           * case
                 when present.failures = 0 then :seconds::float8
                 else least(:seconds::float8, 2 ^ least(present.failures, 20))
             end * interval '1 second' as wait
    from present
), stored as (
    insert into issuer_key_set (issuer_id, jwks, jwks_uri, digest, fetched_at, tried_at, fault, failures, due_at)
    select present.issuer_id, :jwks::jsonb, :jwks_uri, :digest, case when :fault is null then now() end, now(), :fault,
           present.failures, now() + plan.wait
    from present, plan
    on conflict (issuer_id) do update
    set jwks = coalesce(excluded.jwks, issuer_key_set.jwks),
        jwks_uri = coalesce(excluded.jwks_uri, issuer_key_set.jwks_uri),
        digest = coalesce(excluded.digest, issuer_key_set.digest),
        fetched_at = coalesce(excluded.fetched_at, issuer_key_set.fetched_at),
        tried_at = excluded.tried_at,
        fault = excluded.fault,
        failures = excluded.failures,
        due_at = excluded.due_at
)
select :digest is not null and present.digest is distinct from :digest as keys_changed,
       present.fault is distinct from :fault as fault_changed
from present
