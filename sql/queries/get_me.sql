-- Who asks: person or system, posting of today, scopes in effect, organisation acted for, grants.
-- SPDX-License-Identifier: MIT
select told.name,
       told.person,
       told.posting,
       told.specialist_reach,
       told.scopes,
       told.acting_organisation,
       told.grants,
       md5(told::text) as _etag
from (
    select coalesce(person.given_name || ' ' || person.family_name, account.title) as name,
           case
               when person.person_id is not null
               then jsonb_build_object('id', person.id, 'given_name', person.given_name,
                                       'family_name', person.family_name, 'synthetic', person.synthetic)
           end as person,
           posting_told(app_posting()) as posting,
           case
               when person.person_id is not null
               then coalesce((
                   select listing.reach
                   from specialist_listing_today as listing
                   where listing.person_id = person.person_id), 'none')
           end as specialist_reach,
           to_jsonb(array(
               select distinct scope
               from unnest(nullif(current_setting('app.scopes', true), '')::text[]) as effective (scope)
               order by scope)) as scopes,
           (select jsonb_build_object('id', organisation.id, 'code', organisation.code, 'name', organisation.name)
            from organisation
            where organisation.organisation_id = app_acting()) as acting_organisation,
           coalesce((
               select jsonb_agg(
                          jsonb_build_object(
                              'organisation', case
                                                  when organisation.organisation_id is not null
                                                  then jsonb_build_object(
                                                           'id', organisation.id, 'code', organisation.code,
                                                           'name', organisation.name)
                                              end,
                              'unit', case
                                          when part.unit_id is not null
                                          then jsonb_build_object('id', part.id, 'code', part.code, 'name', part.name)
                                      end,
                              'scopes', to_jsonb(granted.scopes), 'starts_on', granted.starts_on,
                              'ends_on', granted.ends_before - 1)
                          order by organisation.code, part.code, granted.access_grant_id)
               from access_grant as granted
               left join organisation on organisation.organisation_id = granted.organisation_id
               left join unit as part on part.unit_id = granted.unit_id
               where granted.account_id = app_account()
                 and granted.revoked_at is null
                 and granted.starts_on <= london_today()
                 and (granted.ends_before is null or granted.ends_before > london_today())
                 and granted.revoked_at is null), '[]') as grants
    from (select) as asked
    left join account on account.account_id = app_account()
    left join person on person.person_id = app_person()
) as told
