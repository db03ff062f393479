-- SPDX-License-Identifier: MIT
-- What the engine remembers.

create table idempotency_claim (
    issuer text not null,
    subject text not null,
    operation text not null,
    key text not null,
    body_hash text not null,
    status int,
    content_type text,
    location text,
    etag text,
    reply text,
    claimed_at timestamptz not null default now(),
    constraint idempotency_claim_key primary key (issuer, subject, operation, key)
);
comment on table idempotency_claim is 'Replies to POST requests with an Idempotency-Key, kept for 24 hours, given again for the same key and body.';
comment on column idempotency_claim.body_hash is 'SHA-256 of what was asked, in hex.';
comment on column idempotency_claim.reply is 'The body of the reply, byte for byte.';
create index idempotency_claim_age on idempotency_claim (claimed_at);
