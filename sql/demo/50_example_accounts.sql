-- SPDX-License-Identifier: MIT
-- Who may sign in: everybody of the made-up force, former members too, whose subject is the person's identifier; one in
-- human resources and the line managers with grants; the College of Policing, an auditor, a provider of courses and an
-- administrator as systems.

insert into account (issuer, subject, person_id, registered_for)
select demo.issuer, person.id::text, known.person_id, demo.organisation_id
from demo
cross join demo_person as person
join demo_known as known on known.n = person.n
order by person.n
on conflict (issuer, subject) do nothing;

insert into account (issuer, subject, title)
select demo.issuer, system.subject, system.title
from demo
cross join (
    values ('college', 'College of Policing'), ('auditor', 'Auditor'), ('provider', 'Provider of courses'),
           ('administrator', 'Administrator')
) as system (subject, title)
on conflict (issuer, subject) do nothing;

insert into access_grant (account_id, organisation_id, scopes, starts_on, granted_by)
select account.account_id, case when system.here then demo.organisation_id end, array[system.scope], demo.anchor, 'demo'
from demo
cross join (
    values ('college', 'reports:national', false), ('auditor', 'audit:read', false),
           ('provider', 'completions:write', false),
           ('administrator', 'administration', false), ('administrator', 'administration', true),
           ('administrator', 'workforce:write', false)
) as system (subject, scope, here)
join account on account.issuer = demo.issuer and account.subject = system.subject;

-- The first of those who work in human resources now, or of all staff where nobody does.
insert into access_grant (account_id, organisation_id, scopes, starts_on, granted_by)
select account.account_id, demo.organisation_id,
       array['workforce:read', 'workforce:write', 'reports:organisation', 'competencies:assess', 'specialists:read'],
       demo.anchor, 'demo'
from demo
cross join lateral (
    select posting.id
    from demo_posting as posting
    where posting.ends_before is null
    order by (posting.unit = 'PE-HR') desc, (posting.worker_type = 'police_staff') desc, posting.n
    limit 1
) as chosen
join account on account.issuer = demo.issuer and account.subject = chosen.id::text;

-- In each unit with others in it the longest serving of those with a rank of sergeant or above, or a high grade,
-- manages it; officers come first, so that the first of these grants is that of the manager whom a demo token is for.
insert into access_grant (account_id, organisation_id, unit_id, scopes, starts_on, granted_by)
select account.account_id, demo.organisation_id, chosen.unit_id, array['team:read', 'competencies:assess'], demo.anchor,
       'demo'
from demo
cross join lateral (
    select distinct on (posting.unit_id) posting.id, posting.unit_id, posting.worker_type, posting.n, team.people
    from demo_posting as posting
    join (
        select unit_id, count(*) as people
        from demo_posting
        where ends_before is null
        group by unit_id
    ) as team on team.unit_id = posting.unit_id and team.people > 1
    where posting.ends_before is null
      and posting.step >= case posting.worker_type when 'police_officer' then 1 else 2 end
    order by posting.unit_id, (posting.worker_type = 'police_officer') desc, posting.joins, posting.n
) as chosen
join account on account.issuer = demo.issuer and account.subject = chosen.id::text
order by (chosen.worker_type = 'police_officer') desc, chosen.people desc, chosen.n;

-- What was loaded in one go is known to the planner at once.
analyze person, posting, account, access_grant, activity, activity_version, activity_alignment, activity_reflection,
    assertion, assertion_withdrawal;

select leave_to_ledger(array(select person_id from demo_known), 'import')
from demo;

select case
           when exists (select from demo)
           then format('%s made-up people in %s, %s of them posted now, with %s activities and %s assertions.',
                       (select count(*) from demo_person), organisation.name,
                       (select count(*) from demo_posting where ends_before is null),
                       (select count(*) from demo_activity), (select count(*) from demo_assertion))
           else format('%s has its people already; nothing was made.', organisation.name)
       end as summary
from organisation
where organisation.code = 'example';
