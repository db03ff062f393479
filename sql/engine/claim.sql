-- Claims an idempotency key, waiting for whoever claims it at this moment; SL208 when the key is taken.
-- SPDX-License-Identifier: MIT
with claim as (
    insert into skills.idempotency_claim (issuer, subject, operation, key, body_hash)
    values (current_setting('app.issuer'), current_setting('app.subject'), :operation, :key, :body_hash)
    on conflict do nothing
    returning 1
)
select skills.refuse('SL208', 'already_claimed')
where not exists (select from claim)
