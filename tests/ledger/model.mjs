// SPDX-License-Identifier: MIT
// The ledger once more, plainly: day by day, from the facts alone, sharing nothing with the SQL. Days are numbers; null is no end.

const covers = (day, from, before) => from <= day && (before === null || day < before);
const earliest = (...days) => days.reduce((least, day) => (day !== null && (least === null || day < least) ? day : least), null);

// Of those that hold on a day the one that began last, then the one recorded last. (Of postings a secondment comes first.)
export function last(all, day, from, before) {
  let chosen = null;
  for (const one of all)
    if (covers(day, one[from], one[before]) && (!chosen || one[from] > chosen[from] || (one[from] === chosen[from] && one.id > chosen.id))) chosen = one;
  return chosen;
}

// Assertions with the day on which each ceases to hold, and how.
export function assertionsWithEnds(assertions) {
  const byId = new Map(assertions.map((one) => [one.id, one]));
  const successorOf = new Map();
  for (const one of assertions)
    if (one.succeeds !== null && !(one.withdrawnOn !== null && one.withdrawnOn <= one.from) && byId.has(one.succeeds)) successorOf.set(one.succeeds, one);
  return assertions.map((one) => {
    const succeededOn = successorOf.get(one.id)?.from ?? null;
    const before = earliest(one.validBefore, one.withdrawnOn, succeededOn);
    const ended = before === one.validBefore ? 'lapsed' : before === one.withdrawnOn ? 'withdrawn' : 'superseded';
    return { ...one, before, ended };
  });
}

function causeOfMove(left, came, day, successions) {
  if (left && came) {
    if (successions.some((one) => one.predecessor === left.organisation && one.successor === came.organisation && one.day === day)) return 'merged';
    return left.secondment || came.secondment ? 'seconded' : 'transferred';
  }
  if (came) return came.transferIn ? 'transferred' : came.secondment ? 'seconded' : 'joined';
  if (left.transferOut) return 'transferred';
  return left.secondment && !left.leaverType ? 'seconded' : 'left';
}

// {assertions, postings} of one person and all successions -> [{organisation, withheld, item, basis, level, other, gain, cause, day, delta}].
export function entriesOf({ assertions, postings }, successions, firstDay, lastDay) {
  const entries = [];
  const withheld = (organisation) => postings.some((one) => one.organisation === organisation && one.sensitive);
  const book = (place, skill, gain, level, other, cause, day) =>
    entries.push({ organisation: place.organisation, withheld: withheld(place.organisation), item: skill.item, basis: skill.basis, level, other, gain, cause, day, delta: gain ? 1 : -1 });
  const counting = postings.filter((one) => one.counts);
  const skills = new Map();
  for (const one of assertionsWithEnds(assertions)) {
    const key = `${one.item} ${one.basis}`;
    if (!skills.has(key)) skills.set(key, { item: one.item, basis: one.basis, all: [], held: null, endedBy: null });
    skills.get(key).all.push(one);
  }
  let place = null;
  for (let day = firstDay; day <= lastDay; day++) {
    const now = last(counting.filter((one) => one.secondment), day, 'from', 'before') ?? last(counting, day, 'from', 'before');
    const moved = (now?.organisation ?? null) !== (place?.organisation ?? null);
    for (const skill of skills.values()) {
      const held = last(skill.all, day, 'from', 'before');
      const was = skill.held;
      if (moved) {
        const cause = causeOfMove(place, now, day, successions);
        if (place && was) book(place, skill, false, was.level, null, cause, day);
        if (now && held) book(now, skill, true, held.level, null, cause, day);
      } else if (now && was !== held) {
        const begins = held && held.from === day;
        if (!was) book(now, skill, true, held.level, null, skill.endedBy === 'lapsed' ? 'renewed' : 'assessed', day);
        else if (begins || !held || held.level !== was.level) {
          const cause = begins ? (held.level === was.level ? 'renewed' : 'superseded') : was.ended;
          book(now, skill, false, was.level, held ? held.level : null, cause, day);
          if (held) book(now, skill, true, held.level, was.level, cause, day);
        }
      }
      if (was && !held) skill.endedBy = was.ended;
      skill.held = held;
    }
    place = now;
  }
  return entries;
}

// A tally of deltas by a key; what comes to nothing is not there.
export function tally(entries, keyOf) {
  const sums = new Map();
  for (const entry of entries) {
    const key = keyOf(entry);
    const sum = (sums.get(key) ?? 0) + entry.delta;
    if (sum === 0) sums.delete(key);
    else sums.set(key, sum);
  }
  return sums;
}

export const entryKey = (entry) =>
  [entry.person, entry.organisation, entry.withheld, entry.item, entry.basis, entry.level, entry.other ?? '-', entry.gain, entry.cause, entry.day].join(' ');
const cellKey = (entry) => [entry.item, entry.basis, entry.level].join(' ');
const flowKey = (entry) => [entry.item, entry.basis, entry.cause, entry.gain, entry.level, entry.other ?? '-'].join(' ');
const at = (organisation) => (entry) => organisation === 0 || entry.organisation === organisation;

export const standing = (entries, organisation, day) => tally(entries.filter((entry) => at(organisation)(entry) && entry.day <= day), cellKey);
export const flow = (entries, organisation, from, before) =>
  tally(entries.filter((entry) => at(organisation)(entry) && entry.day >= from && entry.day < before), flowKey);

// The first few keys of which two tallies say something else.
export function difference(left, right) {
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((key) => (left.get(key) ?? 0) !== (right.get(key) ?? 0)).map((key) => `${key}: expected ${left.get(key) ?? 0}, found ${right.get(key) ?? 0}`);
}
