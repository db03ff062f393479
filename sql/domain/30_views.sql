-- SPDX-License-Identifier: MIT
-- What holds now. Every view reads as its caller (security_invoker): the wall stands behind it.

create or replace view code_list with (security_invoker) as
select 'worker_type' as list, code, title, ordinal, valid_from, valid_before from worker_type
union all select 'rank', code, title, ordinal, valid_from, valid_before from rank
union all select 'joiner_type', code, title, ordinal, valid_from, valid_before from joiner_type
union all select 'leaver_type', code, title, ordinal, valid_from, valid_before from leaver_type
union all select 'science_category', code, title, ordinal, valid_from, valid_before from science_category
union all select 'entry_route', code, title, ordinal, valid_from, valid_before from entry_route
union all select 'service_band', code, title, ordinal, valid_from, valid_before from service_band
union all select 'activity_type', code, title, ordinal, null, null from activity_type
union all select 'cycle_stage', code, title, ordinal, null, null from cycle_stage
union all select 'basis', code, title, ordinal, null, null from basis;
comment on view code_list is 'All code lists as one; days are null where a code is good for ever.';

create or replace function code_valid_on(valid_from date, valid_before date, day date) returns boolean
language sql immutable parallel safe
    return (valid_from is null or valid_from <= day) and (valid_before is null or valid_before > day);
comment on function code_valid_on(date, date, date) is 'Whether a code is in use on a day.';

create or replace view current_framework_version with (security_invoker) as
select distinct on (framework_id) framework_id, framework_version_id
from framework_version
where valid_from <= london_today()
order by framework_id, valid_from desc, framework_version_id desc;
comment on view current_framework_version is 'The version of each framework that is current today.';

create or replace view current_activity with (security_invoker) as
select a.id, v.activity_id, v.version, v.person_id, v.seen_by, v.title, v.happened_on, v.learned, v.effect, v.type,
       v.provider, v.minutes, v.stage, v.source, a.recorded_at, v.recorded_at as changed_at
from activity as a
join activity_version as v on v.activity_id = a.activity_id and v.version = a.version
where not v.withdrawn;
comment on view current_activity is 'Activities as their current version tells them, without withdrawn ones.';

create or replace function assertions_known(xmin bigint, xmax bigint, running bigint[])
returns table (assertion_id bigint, id uuid, person_id bigint, seen_by bigint[], framework_item_id bigint,
    level smallint, basis text, assessor text, evidence text, reason text, succeeds bigint, valid_from date,
    valid_before date, holds_before date, withdrawn_on date, withdrawal_reason text, succeeded_by bigint,
    succeeded_on date, successor_before date, recorded_at timestamptz)
language sql stable parallel safe as $$
    select a.assertion_id, a.id, a.person_id, a.seen_by, a.framework_item_id, a.level, a.basis, a.assessor, a.evidence,
           a.reason, a.succeeds, a.valid_from, a.valid_before, least(a.valid_before, w.withdrawn_on, s.valid_from),
           w.withdrawn_on, w.reason, s.assertion_id, s.valid_from, s.valid_before, a.recorded_at
    from assertion as a
    left join assertion_withdrawal as w
        on w.assertion_id = a.assertion_id
           and in_edition(w.known_from, assertions_known.xmin, assertions_known.xmax, assertions_known.running)
    left join assertion as s
        on s.succeeds = a.assertion_id
           and s.person_id = a.person_id -- as it must be: whoever reads one person's then looks no further
           and in_edition(s.known_from, assertions_known.xmin, assertions_known.xmax, assertions_known.running)
           and not exists (
               select
               from assertion_withdrawal as undone
               where undone.assertion_id = s.assertion_id
                 and undone.withdrawn_on <= s.valid_from
                 and in_edition(undone.known_from, assertions_known.xmin, assertions_known.xmax,
                                assertions_known.running))
    where in_edition(a.known_from, assertions_known.xmin, assertions_known.xmax, assertions_known.running)
$$;
comment on function assertions_known(bigint, bigint, bigint[]) is
    'Assertions with the days on which they hold: [valid_from, holds_before); none if holds_before is not after '
    'valid_from. They hold until their validity ends, they are withdrawn or a successor begins; one withdrawn on its '
    'first day succeeds nothing. All of it as known in an edition of these bounds (null: as known now). Reads as its '
    'caller, and is taken apart into the query that asks it, which with nulls has nothing of editions left.';

create or replace view assertion_held with (security_invoker) as
select known.assertion_id, known.id, known.person_id, known.seen_by, known.framework_item_id, known.level, known.basis,
       known.assessor, known.evidence, known.reason, known.succeeds, known.valid_from, known.valid_before,
       known.holds_before, known.withdrawn_on, known.withdrawal_reason, known.succeeded_by, known.succeeded_on,
       known.recorded_at
from assertions_known(null, null, null) as known;
comment on view assertion_held is
    'Assertions with the days on which they hold, as known now: assertions_known() says until when they do.';

create or replace function level_on(day date)
returns table (person_id bigint, framework_item_id bigint, basis text, level smallint, assertion_id bigint,
    valid_from date, holds_before date)
language sql stable parallel safe as $$
    select distinct on (held.person_id, held.framework_item_id, held.basis)
           held.person_id, held.framework_item_id, held.basis, held.level, held.assertion_id, held.valid_from,
           held.holds_before
    from assertion_held as held
    where held.valid_from <= day and (held.holds_before is null or held.holds_before > day)
    order by held.person_id, held.framework_item_id, held.basis, held.valid_from desc, held.assertion_id desc
$$;
comment on function level_on(date) is
    'Who holds which level of which item on a day, by basis: that of the latest assertion that holds.';

create or replace view counted_posting with (security_invoker) as
select posting.posting_id, posting.person_id, posting.organisation_id, posting.unit_id, posting.worker_type,
       posting.starts_on, posting.ends_before, posting.joiner_type, posting.leaver_type, posting.rank, posting.fte,
       posting.grade, posting.role_profile_id, posting.entry_route, posting.counts, posting.secondment
from posting
where not posting.withheld or (select app_cleared_organisation()) is not null;
comment on view counted_posting is
    'The postings that figures count: a withheld one only for a reader with sensitive:read. Figures of the nation, '
    'which nobody in particular makes, count none.';

create or replace view posting_version with (security_invoker) as
select posting.posting_id, posting.person_id, posting.organisation_id, posting.unit_id, posting.worker_type,
       posting.starts_on, posting.ends_before, posting.joiner_type, posting.leaver_type, posting.rank, posting.fte,
       posting.grade, posting.role_profile_id, posting.entry_route, posting.counts, posting.secondment,
       posting.withheld, posting.known_from, 9223372036854775807 as known_before
from posting
union all
select past.posting_id, past.person_id, past.organisation_id, past.unit_id, past.worker_type,
       past.starts_on, past.ends_before, past.joiner_type, past.leaver_type, past.rank, past.fte,
       past.grade, past.role_profile_id, past.entry_route, past.counts, past.secondment,
       past.withheld, past.known_from, past.known_before
from posting_past as past;
comment on view posting_version is
    'Postings as they are, known until for ever, and as they were known before they were changed or retracted: which '
    'of them an edition has, version_known() says.';

create or replace view managed_posting with (security_invoker) as
select posting.person_id, posting.organisation_id, posting.withheld
from posting
where posting.unit_id = any (app_units())
  and (not posting.withheld or posting.unit_id = any (app_cleared_units()))
  and posting.starts_on <= london_today()
  and (posting.ends_before is null or posting.ends_before > london_today());
comment on view managed_posting is
    'Postings of today to units that the caller manages, without those that are withheld from the caller.';
