// SPDX-License-Identifier: MIT
// Compares, in one snapshot, what the reports say with the plain recomputation: now, and of what was known before again by its edition.
import { ask, isThere, serving } from './ask.mjs';
import { activities, booked, facts, implied, listings, withheldOf } from './facts.mjs';
import { makeLives, livesEvents, unitsOf } from './lives.mjs';
import { cells, sight } from './plain.mjs';
import { reports } from './reports/index.mjs';
import { difference } from './model.mjs';
import { windowOf } from './world.mjs';

const all = Object.keys(reports).filter(isThere);

async function read(client, world) {
  const known = await facts(client, world);
  const settled = (entry) => !known.waiting.has(entry.person);
  const entries = [...implied(world, known).filter(settled), ...(await booked(client, world)).filter((entry) => !settled(entry))];
  const told = await activities(client, world);
  return {
    ...known, entries, units: await unitsOf(client, world), activities: told.filter(({ withdrawn }) => !withdrawn), listings: await listings(client, world),
    activityDays: new Map(told.map(({ id, day }) => [id, day])), withheld: await withheldOf(client, world, known),
  };
}

// What is asked of a report, and by whom.
function question(draw, world) {
  const operation = draw.pick(world.operations), organisation = draw.pick(world.organisations), cleared = draw.chance(0.3);
  return { operation, organisation, cleared, ...reports[operation].draw(draw, world, organisation) };
}

// Throws what a report says otherwise than it should.
function must(asked, parameters, lines) {
  if (lines.length)
    throw new Error(`${asked.operation} ${JSON.stringify(parameters)} of organisation ${asked.organisation}${asked.cleared ? ', cleared' : ''}\n  ${lines.slice(0, 5).join('\n  ')}${lines.length > 5 ? `\n  and ${lines.length - 5} more` : ''}`);
}

// The rows of a report as cells; of one that is refused the problem.
const cellsOf = (world, snapshot, asked, moment, row) =>
  ask(world.service, snapshot, asked, { ...asked.parameters, ...moment }).then(({ rows }) => cells(rows.map(row)), (error) => {
    if (!error.problem) throw error;
    return new Map([[error.problem, 1]]);
  });

// What a report says, beside what it should say by facts; what may be seen is so by now, whatever the edition.
async function compare(world, snapshot, asked, known, present, edition) {
  const { plain, row } = reports[asked.operation];
  const said = await cellsOf(world, snapshot, asked, { edition }, (one) => row(one, asked));
  must(asked, { ...asked.parameters, edition }, difference(plain(sight(known, world, { ...asked, present }), asked), said));
}

// As known at the time of a tick is as in the edition of it.
async function compareTimes(client, world, snapshot, asked) {
  const { rows: [tick] } = await client.query('select max(tick_at)::text as known_at, ledger_edition_of(max(tick_at)) as edition from ledger_tick');
  if (!tick.known_at) return;
  const line = (one) => [Object.entries(one).filter(([name]) => !name.startsWith('_')).map(([name, value]) => `${name}=${value}`), 1];
  const [edition, time] = [{ edition: tick.edition }, { known_at: tick.known_at }];
  must(asked, { ...asked.parameters, ...time }, difference(await cellsOf(world, snapshot, asked, edition, line), await cellsOf(world, snapshot, asked, time, line)));
}

async function check(client, world, { draw, said }) {
  await client.query('begin isolation level repeatable read read only');
  try {
    const known = await read(client, world);
    const { snapshot } = (await client.query('select pg_export_snapshot() as snapshot')).rows[0];
    const { edition, today } = (await client.query(`select ledger_edition() as edition, london_today() - date '1970-01-01' as today`)).rows[0];
    known.today = today;
    draw.edges = [...known.postings, ...known.assertions].flatMap((one) => [one.from, one.before ?? one.validBefore ?? null]).filter((day) => day !== null && day > windowOf.first);
    draw.postings = known.postings;
    world.service ??= await serving(world.url);
    for (let n = 0; n < 8; n++) {
      const asked = question(draw, world);
      await compare(world, snapshot, asked, known, known, draw.chance(0.5) ? edition : null);
      if (said.length < 60) said.push({ asked, known, edition });
    }
    if (draw.chance(0.3)) await compareTimes(client, world, snapshot, question(draw, world));
    for (let n = 0; n < Math.min(4, said.length); n++) {
      const then = draw.pick(said);
      await compare(world, snapshot, then.asked, then.known, known, then.edition);
    }
    return known.entries;
  } finally {
    await client.query('rollback');
  }
}

// Lives in which these reports are asked for.
export const reportLives = (operations = all) => ({
  async make(client, { url, ...options }) {
    const world = await makeLives(client, options);
    return Object.assign(world, { url, operations, close: () => world.service?.end() });
  },
  happens: livesEvents,
  check,
  checkEnd: async () => {},
});
