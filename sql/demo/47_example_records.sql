-- SPDX-License-Identifier: MIT
-- A made-up role of the made-up force, of which some requirements are alternatives; and what colleagues have asked each
-- other to endorse: some answered, some declined, some still open.

insert into role_profile (id, framework_version_id, code, family, role, title)
select stable_id('demo-role-profile:constable'), version.framework_version_id, 'example-constable', 'Policing',
       'Constable', 'Constable of Example Constabulary (synthetic)'
from demo
join framework_version as version on version.id = stable_id('framework-version:cop-cvf-2024:2024')
on conflict (framework_version_id, code) do nothing;

insert into role_profile_version (role_profile_id, version, valid_from)
select profile.role_profile_id, 1, demo.anchor - 1000
from demo
join role_profile as profile on profile.id = stable_id('demo-role-profile:constable')
on conflict (role_profile_id, version) do nothing;

insert into role_requirement (role_profile_id, version, framework_item_id, level, importance, alternative)
select profile.role_profile_id, 1, item.framework_item_id, asked.level, asked.importance, asked.alternative
from demo
join role_profile as profile on profile.id = stable_id('demo-role-profile:constable')
cross join (
    values ('we-take-ownership', 1, 'essential', null), ('we-collaborate', 1, 'essential', null),
           ('we-analyse-critically', 2, 'essential', 1), ('we-support-and-inspire', 2, 'essential', 1),
           ('we-are-innovative-and-open-minded', 1, 'desirable', null)
) as asked (code, level, importance, alternative)
join framework_item as item
    on item.framework_version_id = profile.framework_version_id and item.code = asked.code
on conflict (role_profile_id, version, framework_item_id) do nothing;

update posting
set role_profile_id = profile.role_profile_id
from demo
join role_profile as profile on profile.id = stable_id('demo-role-profile:constable')
where posting.organisation_id = demo.organisation_id
  and posting.worker_type = 'police_officer'
  and posting.rank = 'constable'
  and posting.ends_before is null;

-- Who is asked: the next of those who are in the unit now.
create temporary table demo_colleague on commit drop as
select placed.n, person.person_id, colleague.person_id as colleague_id,
       colleague.given_name || ' ' || colleague.family_name as colleague_name
from (
    select posting.n,
           coalesce(lead(posting.n) over unit, first_value(posting.n) over unit) as colleague
    from demo_posting as posting
    where posting.ends_before is null
    window unit as (partition by posting.unit_id order by posting.n)
) as placed
join demo_person on demo_person.n = placed.n
join person on person.id = demo_person.id
join demo_person as other on other.n = placed.colleague
join person as colleague on colleague.id = other.id
where placed.n <> placed.colleague;

-- Claims that stand, with the endorsement of the same item that came after them, if any.
create temporary table demo_request on commit drop as
select distinct on (claim.assertion_id) claim.assertion_id, demo_colleague.person_id, demo_colleague.colleague_id,
       demo_colleague.colleague_name, endorsed.assertion_id as endorsement_id, endorsed.valid_from as endorsed_on,
       greatest(claim.valid_from,
                coalesce(endorsed.valid_from - 7,
                         demo.anchor - 1
                             - floor(40 * pg_temp.draw('asked on', demo_colleague.n, item.ordinal))::int)) as asked_on,
       pg_temp.draw('asked', demo_colleague.n, item.ordinal) as draw
from demo
join demo_colleague on true
join assertion_held as claim on claim.person_id = demo_colleague.person_id
join framework_item as item on item.framework_item_id = claim.framework_item_id
left join assertion_held as endorsed
    on endorsed.person_id = claim.person_id
       and endorsed.framework_item_id = claim.framework_item_id
       and endorsed.basis = 'endorsed'
       and endorsed.valid_from >= claim.valid_from
where claim.basis = 'self' and claim.holds_before is null and claim.valid_from < demo.anchor
order by claim.assertion_id, endorsed.valid_from;

insert into endorsement_request (id, assertion_id, person_id, endorser_id, message, asked_at, answered_at, comment,
                                 endorsement_id)
select distinct on (coalesce(-request.endorsement_id, request.assertion_id))
       stable_id('demo-request:' || claim.id), request.assertion_id, request.person_id, request.colleague_id,
       case when request.draw < 0.2 then 'You have seen me do it.' end,
       request.asked_on,
       case
           when request.endorsement_id is not null then request.endorsed_on
           when request.draw < 0.02 then demo.anchor
       end,
       case when request.endorsement_id is null and request.draw < 0.02 then 'I have not worked with you on this.' end,
       request.endorsement_id
from demo
cross join demo_request as request
join assertion as claim on claim.assertion_id = request.assertion_id
where request.draw < case when request.endorsement_id is null then 0.08 else 0.3 end
order by coalesce(-request.endorsement_id, request.assertion_id), request.assertion_id;

update assertion
set assessor = request.colleague_name
from demo_request as request
join endorsement_request as made
    on made.assertion_id = request.assertion_id and made.endorsement_id = request.endorsement_id
where assertion.assertion_id = request.endorsement_id;

-- A fifth of those who are there are willing to be asked, most of them by their own force alone.
insert into specialist_listing (id, person_id, reach, starts_on, recorded_at)
select stable_id('demo-listing:' || person.id), known.person_id,
       case when draws.willing < 0.06 then 'service' else 'organisation' end,
       demo.anchor - 1 - floor(300 * draws.since)::int,
       demo.anchor - 1 - floor(300 * draws.since)::int
from demo
cross join demo_person as person
join demo_known as known on known.n = person.n
cross join lateral (
    select pg_temp.draw('willing', person.n) as willing, pg_temp.draw('willing since', person.n) as since
) as draws
where draws.willing < 0.2
order by person.n;
