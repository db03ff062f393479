// SPDX-License-Identifier: MIT
// A world that reports are asked about: the ledger's, with units in depth, ranks, roles, ways in and CPD, and what happens to these.
import { assert, dayText as text, days, events, keep, lock, makeWorld, postingsOf, random, weigh, windowOf } from './world.mjs';

const firstDay = windowOf.first;

// A framework of the world's own: two items with levels below one above them, one without levels beside it; three roles that ask for them, one for either of two.
async function makeFramework(client, name) {
  const { rows: [{ version }] } = await client.query(
    `with made as (insert into framework (code, title, steward, licence) values ($1, 'Property', 'Property', 'MIT') returning framework_id)
     insert into framework_version (framework_id, version, valid_from) select framework_id, '1', '2020-01-01' from made returning framework_version_id as version`, [name]);
  await client.query(
    `insert into framework_item (framework_version_id, code, title, kind, level_scale_id, ordinal)
     select $1, code, code, 'skill', case when levels then (select min(level_scale_id) from level group by level_scale_id having max(level) >= 3 order by 1 limit 1) end, ordinal
     from (values ('top', false, 1), ('alpha', true, 2), ('beta', true, 3), ('gamma', false, 4)) as told (code, levels, ordinal)`, [version]);
  await client.query(
    `insert into framework_association (kind, origin_id, destination_id)
     select 'isChildOf', below.framework_item_id, above.framework_item_id from framework_item as below join framework_item as above using (framework_version_id)
     where framework_version_id = $1 and above.code = 'top' and below.code in ('alpha', 'beta')`, [version]);
  await client.query('select close_framework_version($1)', [version]);
  await client.query(
    `with role as (
       insert into role_profile (framework_version_id, code, role, title) select $1, code, code, code from unnest('{analyst,lead,either}'::text[]) as code returning role_profile_id, code
     ), version as (
       insert into role_profile_version (role_profile_id, version, valid_from) select role_profile_id, 1, '2020-01-01' from role
     )
     insert into role_requirement (role_profile_id, version, framework_item_id, level, importance, alternative)
     select role.role_profile_id, 1, item.framework_item_id, told.level, told.importance, told.alternative
     from (values ('analyst', 'alpha', 2, 'essential', null), ('analyst', 'gamma', null, 'desirable', null), ('lead', 'alpha', 3, 'essential', null), ('lead', 'beta', 1, 'essential', null),
                  ('either', 'beta', 3, 'essential', 1), ('either', 'gamma', null, 'essential', 1)) as told (role, item, level, importance, alternative)
     join role on role.code = told.role
     join framework_item as item on item.framework_version_id = $1 and item.code = told.item`, [version]);
  const items = (await client.query(
    `select framework_item_id::int as id, id as uuid, code, level_scale_id is not null as levels from framework_item where framework_version_id = $1 and code <> 'top' order by 1`, [version])).rows;
  const top = (await client.query(`select id as uuid, framework_item_id::int as id, code from framework_item where framework_version_id = $1 and code = 'top'`, [version])).rows[0];
  const roles = (await client.query('select role_profile_id::int as id, id as uuid, code from role_profile where framework_version_id = $1 order by 1', [version])).rows;
  for (const role of roles)
    role.asks = (await client.query('select framework_item_id::int as item, level::int as level, importance, alternative::int as alternative from role_requirement where role_profile_id = $1', [role.id])).rows;
  const levels = (await client.query('select level::int as level from level join framework_item using (level_scale_id) where framework_item_id = $1 order by 1', [items[0].id])).rows.map(({ level }) => level);
  return { framework: name, items, top, roles, levels };
}

const pick = (draw, list, nothing = 0.2) => (draw.chance(nothing) ? null : draw.pick(list));

// How somebody is posted: where, as what, for how much of the week.
function place(draw, world, organisation) {
  const officer = draw.chance(0.5);
  return {
    unit_id: pick(draw, world.units.filter((one) => one.organisation === organisation))?.id ?? null,
    worker_type: officer ? 'police_officer' : draw.pick(['police_staff', 'pcso']), rank: officer ? draw.pick(['constable', 'sergeant']) : null,
    role_profile_id: pick(draw, world.roles, 0.3)?.id ?? null, fte: draw.pick([0.5, 0.6, 1]),
  };
}
const set = (values) => Object.keys(values).map((name, n) => `${name} = $${n + 2}`).join(', ');
const change = (client, id, values) => client.query(`update posting set ${set(values)} where posting_id = $1`, [id, ...Object.values(values)]);

// The units of a world, as they are.
export const unitsOf = async (client, world) => (await client.query(
  'select unit_id::int as id, id as uuid, code, organisation_id::int as organisation, parent_id::int as parent from unit where organisation_id = any ($1) order by 1', [world.organisations])).rows;

export async function makeLives(client, { number, people, seed }) {
  const world = await makeWorld(client, { number, people, seed });
  const name = `lives-${seed}-${number}`, draw = random(seed + 17);
  Object.assign(world, await makeFramework(client, name), { seen: true }); // its records are read too, not its ledger alone
  await client.query(`update organisation set region = case organisation_id % 2 when 0 then 'North' else 'South' end where organisation_id = any ($1)`, [world.organisations]);
  world.places = (await client.query('select organisation_id::int as id, id as uuid, code, region from organisation where organisation_id = any ($1) order by 1', [world.organisations])).rows;
  world.uuids = new Map((await client.query('select person_id::int as id, id as uuid from person where person_id = any ($1)', [world.people])).rows.map(({ id, uuid }) => [id, uuid]));
  await client.query(
    `insert into unit (organisation_id, code, name) select organisation, told, told from unnest($1::bigint[]) as organisation cross join unnest('{hq,mid,low,side}'::text[]) as told`, [world.organisations]);
  await client.query(
    `update unit set parent_id = above.unit_id from unit as above where above.organisation_id = unit.organisation_id and unit.organisation_id = any ($1)
       and (above.code, unit.code) in (('hq', 'mid'), ('mid', 'low'))`, [world.organisations]);
  world.units = await unitsOf(client, world);
  for (const person of world.people) for (const one of await postingsOf(client, person)) {
    const long = draw.chance(0.4) ? { starts_on: text(one.from - 200 - draw.below(1000)), ...(draw.chance(0.5) ? { joiner_type: 'standard_recruit', entry_route: pick(draw, ['pcda', 'dhep']) } : {}) } : {};
    await change(client, one.id, { ...place(draw, world, one.organisation), ...long });
    // Some have held something for long, so that years have a beginning too.
    if (long.starts_on && draw.chance(0.6)) await assert(client, world, draw, person, { from: one.from - 70 - draw.below(200), late: 300 });
  }
  for (const person of world.people) {
    if (draw.chance(0.7)) await list(client, draw, person);
    await keep(client, person);
  }
  return world;
}

// Somebody says who may find them as a specialist, from a day around today.
const list = (client, draw, person) =>
  client.query('insert into specialist_listing (person_id, reach, starts_on) values ($1, $2, london_today() + $3::int)', [person, draw.pick(['organisation', 'service', 'service', 'none']), 10 - draw.below(50)]);

// The last version of some activity of somebody.
const someActivity = async (client, draw, person) =>
  draw.pick((await client.query('select activity_id::int as id, version from activity where person_id = $1 order by 1', [person])).rows);

async function tell(client, world, draw, person, id, version, withdrawn = false) {
  const day = text(firstDay - 200 + draw.below(days + 200));
  await client.query(
    `insert into activity_version (activity_id, version, person_id, seen_by, withdrawn, title, happened_on, learned, type, provider, minutes, stage, source)
     values ($1, $2, $3, organisations_seeing($3, $4, $4::date + 1), $5, $6, $4, 'How to live.', $7, $8, $9, $10, $11)`,
    [id, version, person, day, withdrawn, draw.pick(['Data course', 'Reading']), draw.pick(['course', 'reading_research']), draw.pick([null, 'College', 'Force']), draw.pick([null, 30, 45]),
      draw.pick([null, 'planning', 'action']), draw.pick(['person', 'lms'])]);
  for (const item of world.items) if (draw.chance(0.4))
    await client.query(`insert into activity_alignment (activity_id, version, person_id, seen_by, framework_item_id) values ($1, $2, $3, organisations_seeing($3, $4, $4::date + 1), $5)`, [id, version, person, day, item.id]);
  await client.query('update activity set version = $2, seen_by = organisations_seeing($3, $4, $4::date + 1) where activity_id = $1', [id, version, person, day]);
}

const further = {
  'moves within the force': [4, async (client, world, draw, person) => {
    await lock(client, person);
    const one = draw.pick(await postingsOf(client, person));
    if (!one) return {};
    const day = one.from + 1 + draw.below(100);
    if (one.before !== null && day >= one.before) return {};
    await client.query(
      `insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on, ends_before, leaver_type, counts, secondment, sensitive)
       select person_id, organisation_id, staff_number, worker_type, $2::date, ends_before, leaver_type, counts, secondment, sensitive from posting where posting_id = $1 returning posting_id`, [one.id, text(day)])
      .then(({ rows }) => change(client, rows[0].posting_id, place(draw, world, one.organisation)));
    await change(client, one.id, { ends_before: text(day), leaver_type: null });
    return keep(client, person);
  }],
  'was posted otherwise': [4, async (client, world, draw, person) => {
    await lock(client, person);
    const one = draw.pick(await postingsOf(client, person));
    if (!one) return {};
    const joiner = draw.pick([null, 'standard_recruit', 'rejoiner']);
    await change(client, one.id, { ...place(draw, world, one.organisation), joiner_type: joiner, entry_route: joiner && draw.pick([null, 'pcda', 'dhep']) });
    return keep(client, person);
  }],
  // Below none or one made before it, so that none comes below itself.
  'a unit is put below another': [2, async (client, world, draw) => {
    const one = draw.pick(world.units);
    const above = pick(draw, world.units.filter(({ id, organisation }) => organisation === one.organisation && id < one.id), 0.3);
    await client.query('update unit set parent_id = $2 where unit_id = $1', [one.id, above?.id ?? null]);
    return {};
  }],
  'tells of an activity': [5, async (client, world, draw, person) => {
    await lock(client, person);
    const { rows } = await client.query(`insert into activity (person_id, seen_by) values ($1, '{}') returning activity_id::int as id`, [person]);
    return tell(client, world, draw, person, rows[0].id, 1);
  }],
  'tells of it otherwise, or takes it back': [3, async (client, world, draw, person) => {
    await lock(client, person);
    const one = await someActivity(client, draw, person);
    return one && tell(client, world, draw, person, one.id, one.version + 1, draw.chance(0.3));
  }],
  'says who may find them': [2, async (client, world, draw, person) => {
    await list(client, draw, person);
    return {};
  }],
};
export const livesEvents = weigh({ ...events, ...further });
