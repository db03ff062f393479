-- SPDX-License-Identifier: MIT
-- Who asks: the transaction-local settings that sql/engine/context.sql makes, as functions.
-- On a used connection an ended setting is '' and not null, hence nullif().

create or replace function app_signed_in() returns boolean language sql stable parallel safe
    return nullif(current_setting('app.issuer', true), '') is not null;
comment on function app_signed_in() is 'Whether a verified token stands behind this transaction.';

create or replace function app_account() returns bigint language sql stable parallel safe
    return nullif(current_setting('app.account', true), '')::bigint;
comment on function app_account() is 'The account that asks; null for a token that no account is known for.';

create or replace function app_person() returns bigint language sql stable parallel safe
    return nullif(current_setting('app.person', true), '')::bigint;
comment on function app_person() is 'The person who asks; null for a system.';

create or replace function app_acting() returns bigint language sql stable parallel safe
    return nullif(current_setting('app.acting', true), '')::bigint;
comment on function app_acting() is
    'The organisation that this request acts for, as a whole or in some of its units; null for none.';

create or replace function app_organisation() returns bigint language sql stable parallel safe
    return nullif(current_setting('app.organisation', true), '')::bigint;
comment on function app_organisation() is
    'The organisation whose people this request may see as a whole; null for one without such a grant.';

create or replace function app_cleared_organisation() returns bigint language sql stable parallel safe
    return nullif(current_setting('app.cleared_organisation', true), '')::bigint;
comment on function app_cleared_organisation() is
    'The same, where sensitive:read is granted for it too, with a minus: as it stands in seen_by for people withheld.';

create or replace function app_sees() returns bigint[] language sql stable parallel safe
    return array[app_organisation(), app_cleared_organisation()];
comment on function app_sees() is
    'What a column seen_by must have in common with it for the caller to see the row for an organisation.';

create or replace function app_units() returns bigint[] language sql stable parallel safe
    return nullif(current_setting('app.units', true), '')::bigint[];
comment on function app_units() is
    'The units, with all below them, that this request acts for; null for none. A sensitive unit is among them only '
    'where sensitive:read is granted for it.';

create or replace function app_cleared_units() returns bigint[] language sql stable parallel safe
    return nullif(current_setting('app.cleared_units', true), '')::bigint[];
comment on function app_cleared_units() is 'Those of app_units() for which sensitive:read is granted; null for none.';

create or replace function has_scope(scope text) returns boolean language sql stable parallel safe
    return scope = any (nullif(current_setting('app.scopes', true), '')::text[]);
comment on function has_scope(text) is
    'Whether a scope is in effect for anything: one''s own record, an organisation, units of it or the nation.';

create or replace function has_organisation_scope(scope text) returns boolean language sql stable parallel safe
    return scope = any (nullif(current_setting('app.organisation_scopes', true), '')::text[]);
comment on function has_organisation_scope(text) is
    'Whether a scope is in effect for app_acting() as a whole: a grant for some of its units is not enough.';

create or replace function has_unit_scope(scope text) returns boolean language sql stable parallel safe
    return scope = any (nullif(current_setting('app.unit_scopes', true), '')::text[]);
comment on function has_unit_scope(text) is 'Whether a scope is in effect for some units of app_acting().';

create or replace function has_national_scope(scope text) returns boolean language sql stable parallel safe
    return scope = any (nullif(current_setting('app.national_scopes', true), '')::text[]);
comment on function has_national_scope(text) is 'Whether a scope is in effect for the nation.';

create or replace function refuse(code text, message text) returns void language plpgsql as $$
begin
    raise exception using errcode = code, message = message;
end
$$;
comment on function refuse(text, text) is
    'Ends the transaction with one of the engine''s SQLSTATEs (SL403, SL404, SL409, SL422, SL208) and a problem code '
    'as message; or, with SL001, takes back what a dry run has done since its caller''s last begin, which catches it. '
    '(Not SL000: a code that ends in 000 catches all of its class, refusals too.)';

create or replace function london_today() returns date language sql stable parallel safe
    return (now() at time zone 'Europe/London')::date;
comment on function london_today() is 'Today, where the people of this record live.';

create or replace function stable_id(name text) returns uuid language sql immutable parallel safe
    return uuid_generate_v5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', 'https://skills-ledger.invalid/' || name);
comment on function stable_id(text) is
    'The same UUID (version 5) for the same name everywhere: identifiers of reference data.';
