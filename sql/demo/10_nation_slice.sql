-- SPDX-License-Identifier: MIT
-- A slice of the nation: the posts from demo.first on, demo.posts of them, of the organisation demo.organisation, with
-- who held them over demo.years up to demo.anchor, of a nation of demo.people; issuer as for the force. What it draws
-- is drawn by numbers of posts of the whole nation, so that the slices can be made in any order.

create temporary table demo on commit drop as
select size.organisation_id,
       current_setting('demo.first')::int as first,
       current_setting('demo.posts')::int as posts,
       current_setting('demo.issuer') as issuer,
       current_setting('demo.anchor')::date as anchor,
       (current_setting('demo.anchor')::date - interval '1 year' * current_setting('demo.years')::int)::date as begins,
       format('nation:%s:%s:%s:', current_setting('demo.people'), current_setting('demo.years'),
              current_setting('demo.anchor')) as tag,
       'N' as letter,
       format('p%s.y%s.m%s.example.invalid', current_setting('demo.people'), current_setting('demo.years'),
              current_setting('demo.anchor')) as mail,
       false as transfers,
       current_setting('demo.years')::int as years,
       28 as busy
from demo_size as size
where size.code = current_setting('demo.organisation');

create temporary table demo_organisation on commit drop as
select organisation_id, name as title
from demo_size;
analyze demo, demo_organisation;
