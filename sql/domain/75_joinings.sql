-- SPDX-License-Identifier: MIT
-- Who joined, by which posting: what survival and recruitment count.

create or replace function joinings(of_organisation bigint, edition text)
returns table (person_id bigint, posting_id bigint, stay_began date, joined_on date, here_from date, ends_before date,
    leaver_type text, joiner_type text, entry_route text, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, fte numeric, served_before boolean)
language sql stable parallel safe rows 20000 as $$
    with career as materialized (
        select posting.person_id, posting.posting_id, posting.stay_began, posting.unit_id, posting.worker_type,
               posting.rank, posting.role_profile_id, posting.fte, posting.starts_on, posting.ends_before,
               posting.joiner_type, posting.entry_route, posting.leaver_type, posting.begins, posting.ends
        from stay_postings(of_organisation, edition, null, null) as posting
        where posting.joiner_type is not null or posting.begins or posting.ends
    ), ended as (
        select distinct on (career.person_id, career.stay_began)
               career.person_id, career.stay_began, career.ends_before, career.leaver_type
        from career
        where career.ends
        order by career.person_id, career.stay_began, career.posting_id desc
    ), joined as materialized (
        -- Fenced, because a report that asks for few of them would else look for the end of each in turn.
        select career.person_id, career.posting_id, career.stay_began,
               coalesce(reach.began, career.starts_on) as joined_on, career.starts_on as here_from, ended.ends_before,
               ended.leaver_type, career.joiner_type, career.entry_route, career.unit_id, career.worker_type,
               career.rank, career.role_profile_id, career.fte, not career.begins as served_before
        from career
        left join ended on ended.person_id = career.person_id and ended.stay_began = career.stay_began
        left join service_reach(of_organisation, edition) as reach
            on reach.posting_id = career.posting_id and career.begins and career.joiner_type is null and reach.joined
        where career.joiner_type is not null or reach.posting_id is not null
    )
    select joined.person_id, joined.posting_id, joined.stay_began, joined.joined_on, joined.here_from,
           joined.ends_before, joined.leaver_type, joined.joiner_type, joined.entry_route, joined.unit_id,
           joined.worker_type, joined.rank, joined.role_profile_id, joined.fte, joined.served_before
    from joined
$$;
comment on function joinings(bigint, text) is
    'Who joined an organisation (0: any) with which posting: one with a joiner type, or the first here of somebody '
    'who joined one that it took over from, of whom it knows no joiner type or entry route. Since when they are seen '
    'here, when and how the stay ended (null: it lasts), and whether they served here the day before, as a special '
    'constable, PCSO or staff.';

grant execute on function joinings(bigint, text) to skillsd_service;
