// SPDX-License-Identifier: MIT
// The facts of a world as they stand in a snapshot, and what they imply.
import { windowOf } from './world.mjs';
import { entriesOf } from './model.mjs';

const number = (column) => `${column} - date '1970-01-01'`;

export async function facts(client, world) {
  const assertions = (await client.query(
    `select a.assertion_id::int as id, a.person_id::int as person, a.framework_item_id::int as item, coalesce(a.level, 0)::int as level, a.basis, a.succeeds::int as succeeds,
            ${number('a.valid_from')} as from, ${number('a.valid_before')} as "validBefore", ${number('w.withdrawn_on')} as "withdrawnOn"
     from assertion as a left join assertion_withdrawal as w using (assertion_id) where a.person_id = any ($1)`, [world.people])).rows;
  const postings = (await client.query(
    `select p.posting_id::int as id, p.person_id::int as person, p.organisation_id::int as organisation, ${number('p.starts_on')} as from, ${number('p.ends_before')} as before, p.counts,
            p.secondment, p.sensitive, p.unit_id::int as unit, p.worker_type as "workerType", p.rank, p.role_profile_id::int as role, p.fte::float as fte, p.entry_route as route,
            p.staff_number as "staffNumber", p.joiner_type as "joinerType", p.leaver_type as "leaverType", j.transfer as "transferIn", l.transfer as "transferOut"
     from posting as p left join joiner_type as j on j.code = p.joiner_type left join leaver_type as l on l.code = p.leaver_type where p.person_id = any ($1)`, [world.people])).rows;
  const successions = (await client.query(
    `select predecessor_id::int as predecessor, successor_id::int as successor, ${number('happened_on')} as day from organisation_succession where predecessor_id = any ($1)`, [world.organisations])).rows;
  const waiting = new Set((await client.query('select distinct person_id::int as id from skill_backlog where person_id = any ($1)', [world.people])).rows.map(({ id }) => id));
  return { assertions, postings, successions, waiting };
}

const groupBy = (rows) => rows.reduce((groups, row) => groups.set(row.person, [...(groups.get(row.person) ?? []), row]), new Map());

export function implied(world, { assertions, postings, successions }) {
  const [a, p] = [groupBy(assertions), groupBy(postings)];
  return world.people.flatMap((person) => {
    const own = { assertions: a.get(person) ?? [], postings: p.get(person) ?? [] };
    const first = Math.min(...[...own.assertions, ...own.postings].map(({ from }) => from));
    return entriesOf(own, successions, first, windowOf.last).map((entry) => ({ person, ...entry }));
  });
}

export const booked = async (client, world) =>
  (await client.query(
    `select person_id::int as person, organisation_id::int as organisation, withheld, framework_item_id::int as item, basis, level, other_level as other, gain, cause,
            ${number('effective_on')} as day, delta from skill_ledger where person_id = any ($1)`, [world.people])).rows;

// CPD as the last version of each activity tells it; also what was taken back.
export const activities = async (client, world) =>
  (await client.query(
    `select v.activity_id::int as id, activity.id as uuid, v.withdrawn, v.person_id::int as person, ${number('v.happened_on')} as day, v.title, v.type, v.provider, v.minutes, v.stage, v.source,
            array(select l.framework_item_id::int from activity_alignment as l where (l.activity_id, l.version) = (v.activity_id, v.version)) as items
     from activity_version as v join activity using (activity_id) where v.person_id = any ($1) and not exists (select from activity_version as l where l.activity_id = v.activity_id and l.version > v.version)`,
    [world.people])).rows;

// What people have said of who may find them as specialists.
export const listings = async (client, world) =>
  (await client.query(`select specialist_listing_id::int as id, person_id::int as person, reach, ${number('starts_on')} as from from specialist_listing where person_id = any ($1)`, [world.people])).rows;

// Who is withheld where: who has a sensitive posting there. Of whom none of the postings there is left it stays as it was.
export async function withheldOf(client, world, { postings }) {
  const there = new Set(postings.map((one) => `${one.person} ${one.organisation}`));
  const gone = (await client.query('select person_id::int as person, organisation_id::int as organisation, bool_or(withheld) as withheld from posting_past where person_id = any ($1) group by 1, 2', [world.people])).rows;
  return new Set([
    ...postings.filter(({ sensitive }) => sensitive).map((one) => `${one.person} ${one.organisation}`),
    ...gone.filter(({ withheld, person, organisation }) => withheld && !there.has(`${person} ${organisation}`)).map((one) => `${one.person} ${one.organisation}`),
  ]);
}
