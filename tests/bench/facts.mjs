// SPDX-License-Identifier: MIT
// The figures that balances answer, and the same from assertions and postings: $1 is the organisation, 0 for the nation, $2 a day or the first of a period,
// $3 the first day after the period. Both give rows of a key and a count; where they differ, one of them is wrong.

// Who counts where on a day, as workplace_turn has it: of the postings with counts a secondment first, then the one begun last.
const counting = (day) => `
  select distinct on (posting.person_id) posting.person_id, posting.organisation_id
  from posting
  where posting.counts and posting.starts_on <= ${day} and (posting.ends_before is null or posting.ends_before > ${day})
  order by posting.person_id, posting.secondment desc, posting.starts_on desc, posting.posting_id desc`;

// Who holds what on a day, the latest that holds.
const holding = (day) => `
  select distinct on (held.person_id, held.framework_item_id, held.basis) held.person_id, held.framework_item_id, held.basis, coalesce(held.level, 0) as level
  from assertion_held as held
  where held.valid_from <= ${day} and (held.holds_before is null or held.holds_before > ${day}) and held.person_id in (select there.person_id from there)
  order by held.person_id, held.framework_item_id, held.basis, held.valid_from desc, held.assertion_id desc`;

// Of a force only those who were ever posted there are looked at.
const ours = 'posting.person_id in (select own.person_id from posting as own where own.organisation_id = $1 or $1 = 0)';
const there = (day) => `there as materialized (select placed.person_id from (${counting(day).replace('where posting.counts', `where ${ours} and posting.counts`)}) as placed where $1 = 0 or placed.organisation_id = $1)`;

// What somebody loses by a cause in the period, with the level lost: a stay that ends, or an assertion that does.
const left = `
  with there as materialized (
    select whose.person_id, stay.ends_before
    from (select distinct own.person_id from posting as own where (own.organisation_id = $1 or $1 = 0) and own.ends_before >= $2 and own.ends_before < $3) as whose
    cross join lateral (
      select one.ends_before from workplace as one
      where one.person_id = whose.person_id and (one.organisation_id = $1 or $1 = 0) and one.went = 'left' and one.ends_before >= $2 and one.ends_before < $3
    ) as stay
  ), holds as (
    select distinct on (there.person_id, there.ends_before, held.framework_item_id, held.basis) held.framework_item_id, held.basis, coalesce(held.level, 0) as level
    from there
    join assertion_held as held on held.person_id = there.person_id and held.valid_from < there.ends_before and (held.holds_before is null or held.holds_before >= there.ends_before)
    order by there.person_id, there.ends_before, held.framework_item_id, held.basis, held.valid_from desc, held.assertion_id desc
  )`;

export const figures = {
  coverage: {
    balances: `select framework_item_id || ' ' || basis || ' ' || level as key, people::int as count from skills_standing($1::bigint, $2::date, null) where $3::date is not null`,
    facts: `with ${there('$2::date')}, holds as (${holding('$2::date')})
            select framework_item_id || ' ' || basis || ' ' || level as key, count(*)::int as count from holds where $3::date is not null group by 1`,
  },
  flows: {
    balances: `select concat_ws(' ', framework_item_id, basis, cause, gain, level, coalesce(other_level::text, '-')) as key, people::int as count from skills_flow($1::bigint, $2::date, $3::date, null)`,
    facts: `select concat_ws(' ', framework_item_id, basis, cause, gain, level, coalesce(other_level::text, '-')) as key, sum(delta)::int as count
            from skill_implied
            where ($1::bigint = 0 or person_id in (select own.person_id from posting as own where own.organisation_id = $1)) and ($1 = 0 or organisation_id = $1)
              and effective_on >= $2::date and effective_on < $3::date group by 1 having sum(delta) <> 0`,
  },
  lapses: {
    balances: `select framework_item_id || ' ' || basis as key, sum(-people)::int as count from skills_flow($1::bigint, $2::date, $3::date, null) where cause = 'lapsed' and not gain and other_level is null group by 1`,
    facts: `select change.framework_item_id || ' ' || change.basis as key, count(*)::int as count
            from (select distinct own.person_id from posting as own where own.organisation_id = $1::bigint or $1 = 0) as whose
            cross join lateral (
              select one.framework_item_id, one.basis, one.day from skill_change as one
              where one.person_id = whose.person_id and one.cause = 'lapsed' and one.level is null and one.day >= $2::date and one.day < $3::date
            ) as change
            cross join lateral (
              select from workplace as stay
              where stay.person_id = whose.person_id and (stay.organisation_id = $1 or $1 = 0) and stay.starts_on < change.day and (stay.ends_before is null or stay.ends_before > change.day)
            ) as stay
            group by 1`,
  },
  "leavers' skills": {
    balances: `select framework_item_id || ' ' || basis || ' ' || level as key, sum(-people)::int as count from skills_flow($1::bigint, $2::date, $3::date, null) where cause = 'left' and not gain group by 1`,
    facts: `${left} select framework_item_id || ' ' || basis || ' ' || level as key, count(*)::int as count from holds group by 1`,
  },
  'retention by skill': {
    balances: `select framework_item_id || ' ' || basis || ' ' || what as key, sum(people)::int as count
               from (select framework_item_id, basis, 'held' as what, people from skills_standing($1::bigint, $2::date - 1, null)
                     union all select framework_item_id, basis, 'left', -people from skills_flow($1::bigint, $2::date, $3::date, null) where cause = 'left' and not gain) as told group by 1`,
    facts: `select key, count from (${left} select framework_item_id || ' ' || basis || ' left' as key, count(*)::int as count from holds group by 1) as gone
            union all
            select key, count from (with ${there('($2::date - 1)')}, holds as (${holding('($2::date - 1)')})
              select framework_item_id || ' ' || basis || ' held' as key, count(*)::int as count from holds group by 1) as held`,
  },
};
