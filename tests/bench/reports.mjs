// SPDX-License-Identifier: MIT
// The measurements of ./dev bench reports: medians of rounds in which what is compared takes turns, with the buffers that each reads.
import { ask, isThere, serving } from '../ledger/ask.mjs';
import { connect } from '../ledger/world.mjs';
import { figures } from './facts.mjs';

const [rounds, ...spans] = process.argv.slice(2).map(Number);
const day = '2026-03-31', first = '2025-04-01', before = '2026-04-01', lapsing = ['2026-11-26', '2027-05-25'];
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const milliseconds = async (act) => {
  const began = performance.now();
  await act();
  return performance.now() - began;
};

// Everything posted and folded, and told to the planner.
async function settle(client) {
  while ((await client.query('select post_backlog(500) as people')).rows[0].people > 0);
  await client.query('select fold_ledger()');
  await client.query('vacuum analyze');
}
const largestForce = async (client) =>
  (await client.query(`select organisation_id::int as id, count(distinct person_id)::int as people from posting where starts_on <= $1 and (ends_before is null or ends_before > $1) group by 1 order by 2 desc limit 1`, [day])).rows[0];

// Blocks that a statement looks at, found or read.
async function buffers(client, text, values) {
  const { rows } = await client.query({ text: `explain (analyze, buffers, timing off, format json) ${text}`, values });
  const { Plan: plan } = rows[0]['QUERY PLAN'][0];
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

const sameRows = (a, b) => {
  const told = (rows) => JSON.stringify(rows.filter(({ count }) => count).map(({ key, count }) => `${key} ${count}`).sort());
  return told(a) === told(b);
};

// What takes longer from the facts is not waited for: the ratio is at least that.
const longest = 60;

// One figure of a force or the nation, from balances and from the facts, which take turns; the facts stop after the longest.
async function pair(client, name, organisation) {
  const values = [organisation, ...(name === 'lapses' ? lapsing : [name === 'coverage' ? day : first, before])];
  const { balances, facts } = figures[name];
  const left = (await client.query(balances, values)).rows;
  const times = { balances: [], facts: [] };
  let right = null, blocks = null;
  await client.query(`set statement_timeout = '${longest}s'`);
  try {
    for (let round = 0; round < rounds; round++) {
      times.balances.push(await milliseconds(() => client.query(balances, values)));
      if (!right || median(times.facts) < 5000) times.facts.push(await milliseconds(async () => (right = (await client.query(facts, values)).rows)));
    }
    if (median(times.facts) < 5000) blocks = await buffers(client, facts, values);
  } catch (error) {
    if (error.code !== '57014') throw error;
    times.facts.push(1000 * longest);
  } finally {
    await client.query('reset statement_timeout');
  }
  return { balances: median(times.balances), facts: median(times.facts), read: [await buffers(client, balances, values), blocks ?? '-'], same: !right || sameRows(left, right), rows: left.length };
}

const round = (number, digits = 1) => number.toFixed(digits);
const tell = ([name, ...cells]) => console.log([name.padEnd(72), ...cells.map((cell) => String(cell).padStart(9))].join(' ').trimEnd());

// From balances against from the facts, after histories of each length.
async function balancesAgainstFacts(clients) {
  tell(['figure, of whom, after how long a history', 'rows', 'ms', 'facts ms', 'ratio', 'blocks', 'of facts']);
  for (const name of Object.keys(figures))
    for (const whose of ['force', 'nation']) for (const [span, { client, force }] of clients) {
      const { balances, facts, read, same, rows } = await pair(client, name, whose === 'force' ? force.id : 0);
      const target = whose === 'force' ? 40 : 20;
      tell([`${name}, ${whose}, ${span} years`, rows, round(balances), round(facts), `1/${Math.round(facts / balances)}`, ...read, facts / balances >= target ? '' : `misses 1/${target}`, same ? '' : 'DIFFERS']);
    }
  console.log();
}

// Each report as the service asks for it, cut finely, of the largest force.
const framework = 'gdd-pcf', year = { from: '2025-12', until: '2026-11' };
const cuts = {
  report_strength: [{ as_of: day, by: 'unit' }, { as_of: day, by: 'service_band' }],
  report_coverage: [{ framework, as_of: day, basis: 'each', by: 'organisation', detail: 'held' }, { framework, as_of: day, basis: 'any', by: 'unit', detail: 'roles' }, { framework, as_of: day, basis: 'any', by: 'unit', detail: 'roles', rank: 'sergeant' }],
  report_gaps: [{ framework, as_of: day, basis: 'any', by: 'unit' }],
  report_single_points: [{ framework, as_of: day, basis: 'any', by: 'unit', most: 1 }],
  report_upskilling: [{ framework, ...year, basis: 'each', by: 'period' }, { framework, ...year, basis: 'any', by: 'unit' }, { framework, ...year, basis: 'each', by: 'cohort' }],
  report_time_to_level: [{ framework, ...year, basis: 'any', since: 'first_held', by: 'organisation' }],
  report_skills_lost: [{ framework, ...year, basis: 'each', by: 'organisation' }, { framework, ...year, basis: 'any', by: 'unit' }, { framework, ...year, basis: 'each', by: 'leaver_type' }],
  report_lapsing: [{ framework, as_of: day, basis: 'each', by: 'organisation' }, { framework, as_of: day, basis: 'any', by: 'unit' }],
  report_skills_forecast: [{ framework, as_of: day, months: 12 }],
  report_development: [{ ...year, bin: 'month', by: '["unit"]' }, { framework, ...year, bin: 'month', by: '["item"]' }],
  report_development_gaps: [{ as_of: day, by: 'unit', months: 3 }],
  list_development_gaps: [{ as_of: day, months: 3, limit: 100000 }],
  report_level_changes: [{ framework, year_ending: 2026, basis: 'any', by: 'unit' }],
  report_retention: [{ year_ending: 2026, by: 'unit' }],
  report_survival: [{}],
  report_recruitment: [{}],
};

async function finelyCut({ client, force, url }) {
  const service = await serving(url);
  tell([`reports of a force of ${force.people}`, 'rows', 'ms', 'blocks']);
  for (const [operation, asked] of Object.entries(cuts).filter(([one]) => isThere(one)))
    for (const parameters of asked) {
      await client.query('begin isolation level repeatable read read only');
      const { snapshot } = (await client.query('select pg_export_snapshot() as snapshot')).rows[0];
      const reader = { operation, organisation: force.id, cleared: false };
      const name = `${operation} ${Object.values(parameters).join(' ')}`;
      try {
        const times = [];
        let rows = 0;
        for (let n = 0; n < rounds; n++) times.push(await milliseconds(async () => (rows = (await ask(service, snapshot, reader, parameters)).rows.length)));
        const blocks = (await ask(service, snapshot, { ...reader, explain: true }, parameters)).blocks;
        tell([name, rows, round(median(times)), blocks, median(times) < 1000 ? '' : 'misses a second']);
      } catch (error) {
        tell([name, '-', '-', '-', error.message.split('\n')[0]]);
      }
      await client.query('rollback');
    }
  await service.end();
}

const clients = new Map();
for (const span of spans) {
  const url = `${process.env.BENCH_URL}${span}`, client = await connect(url);
  await settle(client);
  const [{ assertions, entries }] = (await client.query('select (select count(*) from assertion) as assertions, (select count(*) from skill_ledger) as entries')).rows;
  clients.set(span, { url, client, force: await largestForce(client) });
  console.log(`${span} years: ${assertions} assertions, ${entries} entries, the largest force has ${clients.get(span).force.people} people`);
}
console.log();
if (process.env.BENCH_ONLY !== 'reports') await balancesAgainstFacts(clients);
await finelyCut([...clients.values()].at(-1));
for (const { client } of clients.values()) await client.end();
