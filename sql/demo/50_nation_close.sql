-- SPDX-License-Identifier: MIT
-- Lets everybody of the slice sign in, and somebody of human resources act for the organisation; leaves the entries to
-- the ledger; says what was made.

insert into account (issuer, subject, person_id, registered_for)
select demo.issuer, person.id::text, known.person_id, demo.organisation_id
from demo
cross join demo_person as person
join demo_known as known on known.n = person.n
order by person.n
on conflict (issuer, subject) do nothing;

insert into access_grant (account_id, organisation_id, scopes, starts_on, granted_by)
select account.account_id, demo.organisation_id, array['workforce:read', 'reports:organisation', 'competencies:assess'],
       demo.anchor, 'demo'
from demo
cross join lateral (
    select posting.id
    from demo_posting as posting
    where posting.ends_before is null and posting.organisation_id = demo.organisation_id and not posting.secondment
    order by (posting.unit = 'PE-HR') desc, (posting.worker_type = 'police_staff') desc, posting.n
    limit 1
) as chosen
join account on account.issuer = demo.issuer and account.subject = chosen.id::text
where not exists (
    select
    from access_grant
    where access_grant.organisation_id = demo.organisation_id and access_grant.granted_by = 'demo');

select leave_to_ledger(array(select person_id from demo_known), 'import');

select (select count(*) from demo_person) as people, (select count(*) from demo_posting) as postings,
       (select count(*) from demo_activity) as activities, (select count(*) from demo_assertion) as assertions;
