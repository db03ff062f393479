// SPDX-License-Identifier: MIT
// Random histories of people, written by several at once while the ledger is folded and looked at.
import { connect, ledgerEvents, makeWorld, random, steppedBack, write } from './world.mjs';
import { check, checkEnd } from './checker.mjs';

// Which lives are lived and how they are looked at: how a world is made, what happens in it, one look, and the last.
const ledgerLives = { make: makeWorld, happens: ledgerEvents, check, checkEnd };

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Posts what was loaded in bulk, several people in one transaction; whom the database has asked to step back posts them another time.
async function postSome(client) {
  try {
    await client.query('select post_backlog(3)');
  } catch (error) {
    if (!steppedBack.has(error.code)) throw error;
  }
}

// Folds and posts what was loaded in bulk, at random moments, until told to stop. Once it lives through the turn of a year.
async function fold(client, draw, going) {
  let turned = false;
  while (going.on) {
    await client.query('begin');
    if (!turned && draw.chance(0.2)) {
      // As it stood before the year turned: no balance yet at the start of the next year but one.
      await client.query(`select pg_advisory_xact_lock(hashtext('skills.fold_ledger'))`);
      await client.query('delete from skill_balance where year = (select horizon from ledger_mark) and (select horizon from ledger_mark) > 0');
      await client.query('update ledger_mark set horizon = horizon - 1 where horizon > 0');
      turned = true;
    }
    await client.query('select fold_ledger()');
    await client.query(draw.chance(0.15) ? 'rollback' : 'commit');
    if (draw.chance(0.4)) await postSome(client);
    await pause(draw.below(25));
  }
}

async function look(client, world, options, going) {
  let looks = 0;
  while (going.on) {
    await options.lives.check(client, world, options);
    looks++;
    await pause(options.draw.below(20));
  }
  return looks;
}

// A world from its beginning to its end; gives the entries that stand, for the nation of the worlds after it.
async function live(url, { number, people, writers, events, seed, earlier, lives }) {
  const draw = random(seed * 31 + number), main = await connect(url), folder = await connect(url), looker = await connect(url);
  let world;
  try {
    world = await lives.make(main, { number, people, seed: seed * 1000 + number, url });
    const going = { on: true }, said = [];
    const options = { draw, said, earlier, lives };
    const stop = (fault) => {
      going.on = false;
      throw fault;
    };
    const written = Promise.all(Array.from({ length: writers }, (_, n) => write(url, world, { happens: lives.happens, events, seed: seed * 7919 + number * 101 + n, going }))).then((counts) => {
      going.on = false;
      return counts.reduce((sum, one) => sum + one, 0);
    });
    // Whoever meets a fault stops the others, and nobody is left behind.
    const ends = await Promise.allSettled([written, look(looker, world, options, going), fold(folder, random(seed * 7 + number), going)].map((one) => one.catch(stop)));
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    const [committed, looks] = ends.map(({ value }) => value);
    while ((await main.query('select post_backlog(100) as people')).rows[0].people > 0);
    const entries = await lives.check(main, world, options);
    await main.query('select fold_ledger()');
    await lives.check(main, world, options);
    await lives.checkEnd(main, world, said);
    return { entries, looks, committed };
  } finally {
    await world?.close?.();
    for (const client of [main, folder, looker]) await client.end();
  }
}

// {histories: people whose histories were lived, looks, committed}; throws at the first difference, told with the seed.
export async function run(url, { histories, writers = 6, seed, people = 20, eventsEach = 14, lives = ledgerLives, tell = () => {} }) {
  let earlier = [], looks = 0, committed = 0, lived = 0;
  for (let number = 1; lived < histories; number++) {
    try {
      const world = await live(url, { number, people, writers, events: Math.ceil((people * eventsEach) / writers), seed, earlier, lives });
      earlier = [...earlier, ...world.entries.map(({ person, ...entry }) => entry)];
      if (earlier.length > 20000) earlier = compact(earlier);
      looks += world.looks;
      committed += world.committed;
      lived += people;
      tell({ lived, looks, committed });
    } catch (error) {
      error.message = `seed ${seed}, world ${number}: ${error.message}`;
      throw error;
    }
  }
  return { histories: lived, looks, committed };
}

// The nation needs no more than the sums.
function compact(entries) {
  const sums = new Map();
  for (const { organisation, withheld, ...entry } of entries) {
    const key = JSON.stringify([entry.item, entry.basis, entry.level, entry.other, entry.gain, entry.cause, entry.day]);
    const sum = sums.get(key);
    if (sum) sum.delta += entry.delta;
    else sums.set(key, { ...entry, organisation: -1 });
  }
  return [...sums.values()].filter(({ delta }) => delta !== 0);
}
