-- A police organisation, by identifier or code, with those that it took over from and those that took over.
-- SPDX-License-Identifier: MIT
select told.id,
       told.code,
       told.name,
       told.kind,
       told.nation,
       told.region,
       told.ons_code,
       told.stats19_code,
       told.starts_on,
       told.ends_on,
       told.predecessors,
       told.successors,
       md5(told::text) as _etag
from (
    select organisation.id,
           organisation.code,
           organisation.name,
           organisation.kind,
           organisation.nation,
           organisation.region,
           organisation.ons_code,
           organisation.stats19_code,
           organisation.starts_on,
           organisation.ends_before - 1 as ends_on,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('id', other.id, 'code', other.code, 'name', other.name,
                                             'happened_on', succession.happened_on)
                          order by succession.happened_on, other.code)
               from organisation_succession as succession
               join organisation as other on other.organisation_id = succession.predecessor_id
               where succession.successor_id = organisation.organisation_id), '[]') as predecessors,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object('id', other.id, 'code', other.code, 'name', other.name,
                                             'happened_on', succession.happened_on)
                          order by succession.happened_on, other.code)
               from organisation_succession as succession
               join organisation as other on other.organisation_id = succession.successor_id
               where succession.predecessor_id = organisation.organisation_id), '[]') as successors
    from organisation
    where organisation.code = :organisation or organisation.id::text = lower(:organisation)
) as told
