// SPDX-License-Identifier: MIT
// People whose whole history falls into a few days, so that nearly everything begins or ends on the day on which something else does: postings of one
// organisation upon each other, spans of one day, successors and withdrawals on every edge. Settings: LEDGER_CROWD (1,000), LEDGER_SEED.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { broken, edges } from './mutants.mjs';
import { difference, entriesOf, entryKey, standing, tally } from './model.mjs';
import { connect, dayText, random } from './world.mjs';

const url = process.env.LEDGER_URL;
const crowd = Number(process.env.LEDGER_CROWD ?? 1000);
const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Date.now() / 86400000));
const name = new URL(url).pathname.slice(1);
const inDatabase = (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
const first = Date.UTC(2026, 11, 26) / 86400000, days = 12; // over a new year
const firstKey = 1_000_000;

after(async () => {
  const server = await connect(inDatabase('postgres'));
  await server.query(`drop database if exists ${name}_crowd`);
  await server.end();
});

async function copy() {
  const server = await connect(inDatabase('postgres'));
  await server.query(`drop database if exists ${name}_crowd`);
  await server.query(`create database ${name}_crowd template ${name}`);
  await server.end();
  return connect(inDatabase(`${name}_crowd`));
}

const day = (draw) => first + draw.below(days);
const laterThan = (draw, from, openPart) => (draw.chance(openPart) ? null : from + 1 + (draw.chance(0.3) ? 0 : draw.below(days)));

function postingsOf(draw, person, organisations, next) {
  return Array.from({ length: draw.below(6) }, () => {
    const from = day(draw), before = laterThan(draw, from, 0.4);
    const joinerType = draw.pick([null, null, 'transfer', 'rejoiner']), leaverType = before === null ? null : draw.pick([null, null, 'transfer', 'normal_retirement']);
    return { id: next(), person, organisation: draw.pick(organisations), from, before, counts: draw.chance(0.8), secondment: draw.chance(0.3), sensitive: draw.chance(0.1),
      joinerType, leaverType, transferIn: joinerType === 'transfer', transferOut: leaverType === 'transfer' };
  });
}

function assertionsOf(draw, person, items, next) {
  const all = [];
  for (let n = draw.below(8); n > 0; n--) {
    const old = draw.chance(0.3) ? draw.pick(all.filter((one) => !all.some((other) => other.succeeds === one.id))) : undefined;
    const item = old?.item ?? draw.pick(items).id, from = day(draw);
    all.push({ id: next(), person, item, basis: old?.basis ?? draw.pick(['self', 'self', 'assessed']), level: items.find((one) => one.id === item).levels ? 1 + draw.below(3) : 0,
      from, validBefore: laterThan(draw, from, 0.4), succeeds: old?.id ?? null, withdrawnOn: draw.chance(0.3) ? first - 2 + draw.below(days + 4) : null });
  }
  return all;
}

const dated = (rows, ...names) => JSON.stringify(rows.map((row) => ({ ...row, ...Object.fromEntries(names.map((one) => [one, dayText(row[one])])) })));

async function write(client, { people, postings, assertions }) {
  await client.query(`insert into person (person_id, given_name, family_name, synthetic) overriding system value select key, 'Crowd', key::text, true from unnest($1::bigint[]) as key`, [people]);
  await client.query(
    `insert into posting (posting_id, person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, counts, secondment, sensitive, joiner_type, leaver_type)
     overriding system value select id, person, organisation, 'C' || id, 'police_staff', "from", before, counts, secondment, sensitive, "joinerType", "leaverType"
     from jsonb_to_recordset($1) as one (id bigint, person bigint, organisation bigint, "from" date, before date, counts boolean, secondment boolean, sensitive boolean, "joinerType" text, "leaverType" text)`,
    [dated(postings, 'from', 'before')]);
  await client.query(
    `with told as materialized (select one.* from jsonb_to_recordset($1) as one (id bigint, person bigint, item bigint, basis text, level smallint, "from" date, "validBefore" date, succeeds bigint, "withdrawnOn" date)),
     made as (
       insert into assertion (assertion_id, person_id, seen_by, framework_item_id, level, basis, valid_from, valid_before, succeeds)
       overriding system value select id, person, '{}', item, nullif(level, 0), basis, "from", "validBefore", succeeds from told order by id)
     insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on) select id, person, '{}', "withdrawnOn" from told where "withdrawnOn" is not null`,
    [dated(assertions, 'from', 'validBefore', 'withdrawnOn')]);
}

// A crowd in the database; {implied, booked, organisations} and, of the first person with a difference, what it takes to see it.
async function live(client, size) {
  const draw = random(seed);
  let key = firstKey;
  const next = () => ++key;
  const organisations = (await client.query('select organisation_id::int as id from organisation order by 1 limit 3')).rows.map(({ id }) => id);
  const items = (await client.query(
    `(select framework_item_id::int as id, true as levels from framework_item where level_scale_id is not null order by 1 limit 1)
     union all (select framework_item_id::int, false from framework_item where level_scale_id is null order by 1 limit 1)`)).rows;
  const successions = [[0, 1], [1, 0], [0, 2]].map(([old, young]) => ({ predecessor: organisations[old], successor: organisations[young], day: day(draw) }));
  for (const { predecessor, successor, day: on } of successions)
    await client.query('insert into organisation_succession (predecessor_id, successor_id, happened_on) values ($1, $2, $3)', [predecessor, successor, dayText(on)]);
  const people = Array.from({ length: size }, next).map((id) => ({ id, postings: postingsOf(draw, id, organisations, next), assertions: assertionsOf(draw, id, items, next) }));
  await write(client, { people: people.map(({ id }) => id), postings: people.flatMap(({ postings }) => postings), assertions: people.flatMap(({ assertions }) => assertions) });
  await client.query(`select see_person(person_id), post_skills(person_id, null, 'repair') from person where person_id > ${firstKey}`);
  const booked = (await client.query(
    `select person_id::int as person, organisation_id::int as organisation, withheld, framework_item_id::int as item, basis, level, other_level as other, gain, cause,
            effective_on - date '1970-01-01' as day, delta from skill_ledger`)).rows;
  const implied = people.flatMap(({ id, ...facts }) => entriesOf(facts, successions, first - 3, first + 3 * days).map((entry) => ({ person: id, ...entry })));
  const differences = difference(tally(implied, entryKey), tally(booked, entryKey));
  const whom = people.find(({ id }) => differences[0]?.startsWith(`${id} `));
  return { implied, organisations, differences, told: `seed ${seed}: ${differences.length} differences\n  ${differences.slice(0, 6).join('\n  ')}\n${JSON.stringify({ ...whom, successions })}` };
}

async function inCopy(sql, size, look) {
  const client = await copy();
  try {
    await client.query(sql);
    await look(client, await live(client, size));
  } finally {
    await client.end();
  }
}

test(`${crowd} people to whom everything happens within ${days} days, seed ${seed}`, () =>
  inCopy('select', crowd, async (client, { implied, organisations, differences, told }) => {
    assert.ok(implied.length > crowd, 'hardly anything happened');
    assert.equal(differences.length, 0, told);
    for (const folded of [false, true]) {
      if (folded) await client.query('select fold_ledger()');
      for (const organisation of [...organisations, 0])
        for (let on = first - 1; on < first + 2 * days; on++) {
          const { rows } = await client.query('select framework_item_id, basis, level, people::int from skills_standing($1, $2, null)', [organisation, dayText(on)]);
          const found = new Map(rows.map((row) => [[row.framework_item_id, row.basis, row.level].join(' '), row.people]));
          assert.deepEqual(difference(standing(implied, organisation, on), found), [], `seed ${seed}: organisation ${organisation} on ${dayText(on)}, ${folded ? '' : 'not '}folded`);
        }
    }
  }));

for (const mutant of edges)
  test(`found out: ${mutant[0]}`, () => inCopy(broken(mutant), 400, (client, { differences }) => assert.notEqual(differences.length, 0)));
