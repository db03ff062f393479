// SPDX-License-Identifier: MIT
// Compares, in one snapshot, what the facts imply by the plain model with what the ledger says: entries, standing, flows, and what was known before.
import { dayText, windowOf } from './world.mjs';
import { booked, facts, implied } from './facts.mjs';
import { difference, entryKey, flow, standing, tally } from './model.mjs';

const askStanding = async (client, organisation, day, edition) =>
  new Map((await client.query('select framework_item_id, basis, level, people::int from skills_standing($1, $2, $3)', [organisation, dayText(day), edition])).rows
    .map((row) => [[row.framework_item_id, row.basis, row.level].join(' '), row.people]));
const askFlow = async (client, organisation, from, before, edition) =>
  new Map((await client.query('select framework_item_id, basis, cause, gain, level, other_level, people::int from skills_flow($1, $2, $3, $4)', [organisation, dayText(from), dayText(before), edition])).rows
    .map((row) => [[row.framework_item_id, row.basis, row.cause, row.gain, row.level, row.other_level ?? '-'].join(' '), row.people]));

function must(what, expected, found) {
  const lines = difference(expected, found);
  if (lines.length) throw new Error(`${what}\n  ${lines.slice(0, 5).join('\n  ')}${lines.length > 5 ? `\n  and ${lines.length - 5} more` : ''}`);
}

// What was said at some moment, to be said again: {edition or tick, organisation, day, standing}.
async function sayAgain(client, said) {
  for (const one of said) {
    const edition = one.tick ? (await client.query('select ledger_edition_of($1) as edition', [one.tick])).rows[0].edition : one.edition;
    must(`as known ${one.tick ? `at the tick ${one.tick}` : `in edition ${one.edition}`}: organisation ${one.organisation} on ${dayText(one.day)}`, one.standing, await askStanding(client, one.organisation, one.day, edition));
  }
}

// One look. `earlier` are the entries of worlds that are over, which the nation still has; `said` grows by what is said now.
export async function check(client, world, { draw, said, earlier }) {
  await client.query('begin isolation level repeatable read read only');
  try {
    const known = await facts(client, world);
    const entries = implied(world, known);
    const found = await booked(client, world);
    const settled = (entry) => !known.waiting.has(entry.person);
    must('entries (person organisation withheld item basis level other gain cause day)', tally(entries.filter(settled), entryKey), tally(found.filter(settled), entryKey));
    // Figures are those of what is booked: people who wait in the backlog are not in them yet.
    const counted = [...entries.filter(settled), ...found.filter((entry) => !settled(entry))];
    const { edition } = (await client.query('select ledger_edition() as edition')).rows[0];
    const tick = (await client.query('select max(tick_at)::text as tick from ledger_tick')).rows[0].tick;
    for (const organisation of [draw.pick(world.organisations), draw.pick(world.organisations), 0]) {
      const all = organisation === 0 ? [...earlier, ...counted] : counted;
      const day = windowOf.first + draw.below(windowOf.last - windowOf.first);
      const stands = await askStanding(client, organisation, day, null);
      must(`organisation ${organisation} on ${dayText(day)}`, standing(all, organisation, day), stands);
      must(`the same in its own edition ${edition}`, stands, await askStanding(client, organisation, day, edition));
      const from = windowOf.first + draw.below(300), before = from + 1 + draw.below(200);
      must(`flow of organisation ${organisation} from ${dayText(from)} to before ${dayText(before)}`, flow(all, organisation, from, before), await askFlow(client, organisation, from, before, null));
      if (said.length < 200) said.push({ edition, organisation, day, standing: stands });
      if (tick && said.length < 200) {
        const { edition: then } = (await client.query('select ledger_edition_of($1) as edition', [tick])).rows[0];
        said.push({ tick, organisation, day, standing: await askStanding(client, organisation, day, then) });
      }
    }
    await sayAgain(client, Array.from({ length: Math.min(4, said.length) }, () => draw.pick(said)));
    return counted;
  } finally {
    await client.query('rollback');
  }
}

// In the end nothing is lost that was committed, and nothing more is there than the ledger's own proof finds right.
export async function checkEnd(client, world, said) {
  const { assertions } = await facts(client, world);
  const ids = new Set(assertions.map(({ id }) => id));
  for (const id of world.committed.assertions) if (!ids.has(id)) throw new Error(`assertion ${id} was committed and is not there`);
  const withdrawn = new Set(assertions.filter((one) => one.withdrawnOn !== null).map(({ id }) => id));
  for (const id of world.committed.withdrawals) if (!withdrawn.has(id)) throw new Error(`the withdrawal of assertion ${id} was committed and is not there`);
  await sayAgain(client, said);
}
