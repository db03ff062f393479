-- SPDX-License-Identifier: MIT
-- The audit trail's part of the wall. Events are written with what they tell of, in the same transaction, or by a
-- worker that has no caller, for the reads of many. The clerk, who has no caller either, seals them. Nobody changes
-- one. Who reads: a person what others did about the own record; an auditor what was done for the own organisation, or,
-- with a grant for the nation, everything. Everyone signed in reads the signed heads, so that they can be kept
-- elsewhere.

create or replace function app_person_id() returns uuid language sql stable parallel safe
    return (select person.id from person where person.person_id = app_person());
comment on function app_person_id() is 'The identifier of the person who asks; null for a system.';

create or replace function app_audits() returns bigint language sql stable parallel safe
    return case when has_organisation_scope('audit:read') then app_acting() end;
comment on function app_audits() is 'The organisation whose part of the audit trail the caller reads; null for none.';

create or replace function names_withheld(people uuid[], of_organisation bigint) returns boolean
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return exists (
        select
        from person
        join posting on posting.person_id = person.person_id
        where person.id = any (people) and posting.organisation_id = of_organisation and posting.withheld);
end
$$;
comment on function names_withheld(uuid[], bigint) is
    'public: whether one of these people is withheld in an organisation, so that an auditor without sensitive:read is '
    'not shown by an event that they are there. Runs as its owner, because it must know what the caller may not; it '
    'says yes or no of identifiers that the caller has already.';

-- audit_pending: written by whoever did it, under their own name, and by the worker; taken away by the clerk.
alter table audit_pending enable row level security;
create policy own_doing on audit_pending for insert to skillsd_service
    with check (not (select app_signed_in())
        or (issuer = current_setting('app.issuer', true) and subject = current_setting('app.subject', true)));
create policy clerk_seals on audit_pending for select to skillsd_service using (not (select app_signed_in()));
create policy clerk_takes on audit_pending for delete to skillsd_service using (not (select app_signed_in()));
create policy about_oneself on audit_pending for select to skillsd_service
    using ((select app_person_id()) = any (people));
create policy organisation_audits on audit_pending for select to skillsd_service
    using (organisation_id = (select app_audits())
        and ((select app_cleared_organisation()) is not null or not names_withheld(people || person, organisation_id)));
create policy nation_audits on audit_pending for select to skillsd_service
    using ((select has_national_scope('audit:read')));
grant select, insert, delete on audit_pending to skillsd_service;

-- audit_event: written by the clerk, once.
alter table audit_event enable row level security;
create policy clerk_seals on audit_event for insert to skillsd_service with check (not (select app_signed_in()));
create policy clerk_reads on audit_event for select to skillsd_service using (not (select app_signed_in()));
create policy about_oneself on audit_event for select to skillsd_service
    using ((select app_person_id()) = any (people));
create policy organisation_audits on audit_event for select to skillsd_service
    using (organisation_id = (select app_audits())
        and ((select app_cleared_organisation()) is not null or not names_withheld(people || person, organisation_id)));
create policy nation_audits on audit_event for select to skillsd_service
    using ((select has_national_scope('audit:read')));
grant select, insert on audit_event to skillsd_service;

-- audit_subject: as audit_event.
alter table audit_subject enable row level security;
create policy clerk_seals on audit_subject for insert to skillsd_service with check (not (select app_signed_in()));
create policy clerk_reads on audit_subject for select to skillsd_service using (not (select app_signed_in()));
create policy about_oneself on audit_subject for select to skillsd_service using (person = (select app_person_id()));
create policy organisation_audits on audit_subject for select to skillsd_service
    using (organisation_id = (select app_audits())
        and ((select app_cleared_organisation()) is not null or not names_withheld(array[person], organisation_id)));
create policy nation_audits on audit_subject for select to skillsd_service
    using ((select has_national_scope('audit:read')));
grant select, insert on audit_subject to skillsd_service;

-- audit_link: digests, which tell nothing, for any auditor.
alter table audit_link enable row level security;
create policy clerk_seals on audit_link for insert to skillsd_service with check (not (select app_signed_in()));
create policy clerk_reads on audit_link for select to skillsd_service using (not (select app_signed_in()));
create policy auditors_prove on audit_link for select to skillsd_service using ((select has_scope('audit:read')));
grant select, insert on audit_link to skillsd_service;

-- audit_head: for anyone signed in; the clerk forgets those of past days that are not the last of their day.
alter table audit_head enable row level security;
create policy clerk_seals on audit_head for insert to skillsd_service with check (not (select app_signed_in()));
create policy signed_in_reads on audit_head for select to skillsd_service using (app_signed_in());
create policy clerk_reads on audit_head for select to skillsd_service using (not (select app_signed_in()));
create policy clerk_forgets on audit_head for delete to skillsd_service
    using (not (select app_signed_in()) and sealed_at < date_trunc('day', now(), 'UTC'));
grant select, insert, delete on audit_head to skillsd_service;

create or replace view audit_trail with (security_invoker) as
select event.sequence, event.id, event.happened_at, event.request_id, event.operation, event.kind, event.issuer,
       event.subject, event.client, event.account_id, event.person, event.organisation_id, event.scopes,
       event.people, event.target, event.parameters, event.status
from audit_event as event
union all
select null, event.id, event.happened_at, event.request_id, event.operation, event.kind, event.issuer, event.subject,
       event.client, event.account_id, event.person, event.organisation_id, event.scopes, event.people,
       event.target, event.parameters, event.status
from audit_pending as event;
comment on view audit_trail is 'What has happened, sealed or not yet: an event that is not sealed has no sequence.';
grant select on audit_trail to skillsd_service;

create or replace function person_identifier(key bigint) returns uuid
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (select person.id from person where person.person_id = person_identifier.key);
end
$$;
comment on function person_identifier(bigint) is
    'public: the identifier of a person by the inner key, which no request can name. Runs as its owner, because the '
    'events of many callers are written together, by nobody.';

create or replace function record_reader_name(event uuid) returns text
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return (
        select coalesce(
                   case
                       when not exists (
                           select
                           from posting
                           where posting.person_id = person.person_id and posting.withheld
                             and posting.organisation_id = told.organisation_id)
                       then person.given_name || ' ' || person.family_name
                   end,
                   account.title)
        from audit_trail as told
        left join account on account.account_id = told.account_id
        left join person on person.id = told.person
        where told.id = record_reader_name.event
          and exists (
              select
              from person as me
              where me.person_id = app_person() and me.id = any (told.people)));
end
$$;
comment on function record_reader_name(uuid) is
    'public: the name of who asked, of an event about the caller''s own record, and null for any other: who is read '
    'may know by whom, unless the reader''s posting there is sensitive. Runs as its owner, because the reader''s name '
    'is not otherwise for the caller.';

grant execute on function app_person_id(), app_audits(), names_withheld(uuid[], bigint), person_identifier(bigint),
    record_reader_name(uuid) to skillsd_service;

-- What no request runs into, and what it would say.
comment on constraint audit_pending_key on audit_pending is ' audit_event_exists: There is such an event already.';
comment on constraint audit_pending_kind_known on audit_pending is
    ' audit_kind_not_known: There is no such kind of event.';
comment on constraint audit_event_key on audit_event is ' audit_event_exists: There is such an event already.';
comment on constraint audit_event_id_unique on audit_event is ' audit_event_exists: There is such an event already.';
comment on constraint audit_event_kind_known on audit_event is ' audit_kind_not_known: There is no such kind of event.';
comment on constraint audit_subject_key on audit_subject is ' audit_event_exists: There is such an event already.';
comment on constraint audit_link_key on audit_link is ' audit_link_exists: There is such a link already.';
comment on constraint audit_link_digest_length on audit_link is ' audit_hash_length: A hash has 32 bytes.';
comment on constraint audit_link_chain_length on audit_link is ' audit_hash_length: A hash has 32 bytes.';
comment on constraint audit_head_key on audit_head is ' audit_head_exists: There is such a head already.';
comment on constraint audit_head_chain_length on audit_head is ' audit_hash_length: A hash has 32 bytes.';
