// SPDX-License-Identifier: MIT
// A small world of people and organisations in the database, and those who write in it at once: each a connection of its own, each event a transaction
// that commits or does not. Everything is drawn from one seed, but for the order in which the writers meet.
import pg from 'pg';

const firstDay = Date.UTC(2026, 5, 1) / 86400000;
export const days = 420; // over a new year, and beyond the last balance
export const windowOf = { first: firstDay, last: firstDay + days + 500 };
const text = (day) => (day === null ? null : new Date(day * 86400000).toISOString().slice(0, 10));
export const dayText = text;
const bases = ['self', 'endorsed', 'assessed', 'accredited'];

// mulberry32: small, and the same everywhere.
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, pick: (list) => list[below(list.length)], chance: (part) => next() < part };
}

export async function connect(url) {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=skills -c jit=off -c max_parallel_workers_per_gather=0 -c timezone=UTC -c synchronous_commit=off' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

// One of `people` with a first posting, in organisations that no other world has.
export async function makeWorld(client, { number, people, seed }) {
  const draw = random(seed);
  const organisations = (await client.query(
    `insert into organisation (code, name, nation, kind)
     select 'property-' || $1::text || '-' || n, 'Property', 'England', 'synthetic' from generate_series(1, 5) as n returning organisation_id::int as id`, [`${seed}-${number}`]))
    .rows.map(({ id }) => id);
  const items = (await client.query(
    `(select framework_item_id::int as id, true as levels from framework_item where level_scale_id is not null order by 1 limit 2)
     union all (select framework_item_id::int, false from framework_item where level_scale_id is null order by 1 limit 1)`)).rows;
  const made = (await client.query(
    `insert into person (given_name, family_name, synthetic) select 'Property', n::text, true from generate_series(1, $1) as n returning person_id::int as id`, [people])).rows;
  const world = { organisations, items, people: made.map(({ id }) => id), committed: { assertions: new Set(), withdrawals: new Set(), postings: 0 } };
  for (const person of world.people) {
    await post(client, person, { organisation: draw.pick(organisations), from: firstDay + draw.below(60), before: draw.chance(0.3) ? firstDay + 70 + draw.below(300) : null, draw });
    await client.query('select see_person($1)', [person]);
  }
  return world;
}

let number = 0;
// Postings of one organisation do not overlap: one that would is left out.
function post(client, person, { organisation, from, before, counts = true, secondment = false, sensitive = false, joiner = null, leaver = null }) {
  return client.query(
    `insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, counts, secondment, sensitive, joiner_type, leaver_type)
     select $1, $2, $3, 'police_staff', $4::date, $5::date, $6, $7, $8, $9, $10
     where not exists (select from posting where person_id = $1 and organisation_id = $2
                         and starts_on < coalesce($5::date, 'infinity') and coalesce(ends_before, 'infinity') > $4::date)`,
    [person, organisation, `P${++number}`, text(from), text(before), counts, secondment, sensitive, joiner, before === null ? null : leaver]);
}

export const keep = async (client, person) => {
  await client.query('select see_person($1)', [person]);
  await client.query(`select post_skills($1, null, 'posting')`, [person]);
};
export const lock = (client, person) => client.query('select from person where person_id = $1 for no key update', [person]);
export const postingsOf = async (client, person) =>
  (await client.query(`select posting_id::int as id, organisation_id::int as organisation, starts_on - date '1970-01-01' as from, ends_before - date '1970-01-01' as before
                       from posting where person_id = $1 order by posting_id`, [person])).rows;

export async function assert(client, world, draw, person, { item = draw.pick(world.items), basis = draw.pick(bases.slice(0, draw.chance(0.7) ? 2 : 4)), succeeds = null, from, late = 0 } = {}) {
  const begins = from ?? firstDay + draw.below(days);
  const before = draw.chance(0.6) ? begins + 1 + draw.below(draw.chance(0.2) ? 3 : 200) + late : null;
  const { rows } = await client.query(
    `insert into assertion (person_id, seen_by, framework_item_id, level, basis, valid_from, valid_before, succeeds)
     values ($1, '{}', $2, $3, $4, $5, $6, $7) returning assertion_id::int as id`,
    [person, item.id, item.levels ? 1 + draw.below(3) : null, basis, text(begins), text(before), succeeds]);
  await client.query(`select post_skills($1, $2, 'assertion')`, [person, item.id]);
  if (world.seen) await client.query('select see_person($1)', [person]);
  return { assertions: [rows[0].id] };
}

const someAssertion = async (client, draw, person) =>
  draw.pick((await client.query(
    `select assertion_id::int as id, framework_item_id::int as item, basis, valid_from - date '1970-01-01' as from, valid_before - date '1970-01-01' as before
     from assertion as a where person_id = $1 and not exists (select from assertion_withdrawal as w where w.assertion_id = a.assertion_id) order by 1`, [person])).rows);

// What happens to a person, and how often.
export const events = {
  claims: [8, (client, world, draw, person) => assert(client, world, draw, person)],
  renews: [3, async (client, world, draw, person) => {
    const old = await someAssertion(client, draw, person);
    if (!old) return {};
    const item = world.items.find((one) => one.id === old.item);
    return assert(client, world, draw, person, { item, basis: old.basis, from: (draw.chance(0.5) ? old.before : null) ?? old.from + draw.below(30) });
  }],
  withdraws: [4, async (client, world, draw, person) => {
    const old = await someAssertion(client, draw, person);
    if (!old) return {};
    await client.query(`insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on) values ($1, $2, '{}', $3)`,
      [old.id, person, text(draw.chance(0.2) ? old.from : draw.chance(0.2) && old.before ? old.before : firstDay + draw.below(days))]);
    await client.query(`select post_skills($1, $2, 'withdrawal')`, [person, old.item]);
    if (world.seen) await client.query('select see_person($1)', [person]);
    return { withdrawals: [old.id] };
  }],
  succeeds: [3, async (client, world, draw, person) => {
    const old = await someAssertion(client, draw, person);
    if (!old) return {};
    const item = world.items.find((one) => one.id === old.item);
    return assert(client, world, draw, person, { item, basis: old.basis, succeeds: old.id, from: old.from + draw.below(60) });
  }],
  moves: [4, async (client, world, draw, person) => {
    await lock(client, person);
    const open = draw.pick((await postingsOf(client, person)).filter((one) => one.before === null));
    if (!open) return {};
    const day = open.from + 1 + draw.below(150), gap = draw.chance(0.3) ? draw.below(10) : 0, transfer = draw.chance(0.6);
    const leaver = transfer ? 'transfer' : 'voluntary_resignation';
    await client.query('update posting set ends_before = $2, leaver_type = $3 where posting_id = $1', [open.id, text(day), leaver]);
    if (draw.chance(0.8)) await post(client, person, { organisation: draw.pick(world.organisations), from: day + gap, before: null, joiner: transfer ? 'transfer' : draw.chance(0.5) ? 'rejoiner' : null });
    return keep(client, person);
  }],
  'is seconded, or works elsewhere too': [3, async (client, world, draw, person) => {
    await lock(client, person);
    const from = firstDay + draw.below(days);
    await post(client, person, { organisation: draw.pick(world.organisations), from, before: draw.chance(0.8) ? from + 1 + draw.below(120) : null, counts: draw.chance(0.7), secondment: draw.chance(0.7),
      leaver: draw.chance(0.2) ? 'other' : null });
    return keep(client, person);
  }],
  'is corrected': [3, async (client, world, draw, person) => {
    await lock(client, person);
    const one = draw.pick(await postingsOf(client, person));
    if (!one) return {};
    const change = draw.pick([`counts = not counts`, `secondment = not secondment`, `joiner_type = case when joiner_type is null then 'transfer' end`, 'starts_on = starts_on - 3',
      `ends_before = case when ends_before is null then starts_on + 40 else ends_before + 5 end`, `leaver_type = case when ends_before is not null then 'normal_retirement' end`]);
    await client.query(`update posting set ${change} where posting_id = $1 and not exists (select from posting as other where other.person_id = posting.person_id
      and other.organisation_id = posting.organisation_id and other.posting_id <> posting.posting_id
      and other.starts_on < coalesce(posting.ends_before + 41, 'infinity') and coalesce(other.ends_before, 'infinity') > posting.starts_on - 4)`, [one.id]);
    return keep(client, person);
  }],
  'was never posted': [1, async (client, world, draw, person) => {
    await lock(client, person);
    const all = await postingsOf(client, person);
    if (all.length < 2) return {};
    await client.query('delete from posting where posting_id = $1', [draw.pick(all).id]);
    return keep(client, person);
  }],
  'goes or comes from under cover': [1, async (client, world, draw, person) => {
    await lock(client, person);
    const one = draw.pick(await postingsOf(client, person));
    if (!one) return {};
    await client.query('update posting set sensitive = not sensitive where posting_id = $1', [one.id]);
    return keep(client, person);
  }],
  'is loaded in bulk': [1, async (client, world, draw, person) => {
    await lock(client, person);
    await post(client, person, { organisation: draw.pick(world.organisations), from: firstDay + draw.below(days), before: null });
    await client.query('select see_person($1)', [person]);
    await client.query(`select leave_to_ledger(array[$1]::bigint[], 'import')`, [person]);
    return {};
  }],
  'is merged with all others': [0.6, async (client, world, draw) => {
    const [old, next] = [draw.pick(world.organisations), draw.pick(world.organisations)];
    if (old === next) return {};
    const day = text(firstDay + draw.below(days));
    await client.query('lock table posting in share row exclusive mode');
    await client.query('insert into organisation_succession (predecessor_id, successor_id, happened_on) values ($1, $2, $3) on conflict do nothing', [old, next, day]);
    for (const each of world.people) {
      await lock(client, each);
      const { rows } = await client.query(
        `update posting set ends_before = $3, leaver_type = null where person_id = $1 and organisation_id = $2 and starts_on < $3::date and coalesce(ends_before, 'infinity') > $3::date
         returning posting_id::int as id`, [each, old, day]);
      if (rows.length) await post(client, each, { organisation: next, from: Date.parse(day) / 86400000, before: null });
      await keep(client, each);
    }
    return {};
  }],
};
// A table of what happens, as a list in which each stands as often as it is to happen.
export const weigh = (table) => Object.values(table).flatMap(([weight, run]) => Array(Math.round(weight * 20)).fill(run));
export const ledgerEvents = weigh(events);

// Whom the database has asked to step back goes on with the next event; anything else is a fault of the test or of the SQL.
export const steppedBack = new Set(['40P01', '23505', '23514', '55P03']);

// A writer: so many events on people of the world, or until told to stop, each a transaction; some are
// rolled back, some are long.
export async function write(url, world, { happens, events: count, seed, going }) {
  const client = await connect(url), draw = random(seed);
  let committed = 0;
  try {
    for (let i = 0; i < count && going.on; i++) {
      const person = draw.pick(world.people), run = draw.pick(happens);
      try {
        await client.query('begin');
        if (draw.chance(0.1)) await client.query('select pg_current_xact_id()');
        if (draw.chance(0.1)) await client.query('select pg_sleep($1)', [draw.next() * 0.05]);
        const done = (await run(client, world, draw, person)) ?? {};
        if (draw.chance(0.1)) await client.query('select pg_sleep($1)', [draw.next() * 0.02]);
        if (draw.chance(0.1)) await client.query('rollback');
        else {
          await client.query('commit');
          committed++;
          for (const kind of ['assertions', 'withdrawals']) for (const id of done[kind] ?? []) world.committed[kind].add(id);
        }
      } catch (error) {
        await client.query('rollback').catch(() => {});
        if (!steppedBack.has(error.code)) throw error;
      }
    }
  } finally {
    await client.end();
  }
  return committed;
}
