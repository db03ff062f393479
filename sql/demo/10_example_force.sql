-- SPDX-License-Identifier: MIT
-- A made-up force, with settings demo.people (how many) and demo.issuer (of the tokens). All is drawn by hashing
-- numbers and anchored to the first of the current month in London, so it is the same for everybody within a month and
-- always recent. Where the people are there already, the table demo is empty and nothing is made.

insert into organisation (id, code, name, nation, region, kind)
values (stable_id('organisation:example'), 'example', 'Example Constabulary (synthetic)', 'England', 'Nowhere',
        'synthetic')
on conflict (code) do nothing;

-- tag sets identifiers apart, letter begins staff numbers; transfers: whether people come from, and go to, forces of
-- which nothing is made; years are those of CPD, and busy the most activities in one of them.
create temporary table demo on commit drop as
select organisation.organisation_id,
       current_setting('demo.people')::int as people,
       current_setting('demo.issuer') as issuer,
       date_trunc('month', london_today())::date as anchor,
       '' as tag,
       'E' as letter,
       'example.invalid' as mail,
       true as transfers,
       2 as years,
       25 as busy
from organisation
where organisation.code = 'example'
  and not exists (
      select
      from posting
      join person on person.person_id = posting.person_id and person.synthetic
      where posting.organisation_id = organisation.organisation_id);

-- Where people may be posted; title: what its assessors call it.
create temporary table demo_organisation on commit drop as
select organisation_id, 'Example Constabulary' as title
from demo;
analyze demo, demo_organisation;
