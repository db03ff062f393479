// SPDX-License-Identifier: MIT
// What reports count, once more and plainly: from the facts, day by day, sharing nothing with the SQL. Days are numbers; null is no end, or none.

export const covers = (day, one) => one.from <= day && (one.before === null || day < one.before);
export const within = (day, from, before) => day >= from && day < before;

// The facts as a reader of an organisation may count them: who is withheld there is not among the postings, nor in the entries, which say it of then for themselves.
// `present` are the facts of now: by them people are withheld, and by their postings (`here`) a reader sees who they are, and their records. Who reads their own
// record (`own`, a person) sees all of it.
export function sight(facts, world, { organisation, cleared, present, own }) {
  const shown = (one) => cleared || !present.withheld.has(`${one.person} ${one.organisation}`);
  return {
    world: { ...world, units: facts.units }, organisation, facts, present, own, shown,
    postings: facts.postings.filter((one) => one.organisation === organisation && shown(one)),
    here: present.postings.filter((one) => one.organisation === organisation && shown(one)),
    entries: facts.entries.filter((one) => one.organisation === organisation && (cleared || (!one.withheld && shown(one)))),
    activities: facts.activities,
  };
}

// Who is posted on a day, once each, with the posting that says where; narrowed to the cut of a report.
export function peopleOn(seen, day, cut = {}) {
  return firstOfEach(seen.postings.filter((posting) => covers(day, posting))).filter((one) => inCut(seen, one, cut));
}

// Of the postings of each person the one that says where they are.
export function firstOfEach(postings) {
  const places = new Map();
  const before = (a, b) => Number(b.counts) - Number(a.counts) || Number(b.secondment) - Number(a.secondment) || b.from - a.from || b.id - a.id;
  for (const one of [...postings].sort(before)) if (!places.has(one.person)) places.set(one.person, one);
  return [...places.values()];
}

// Whether somebody counts in the organisation on a day: of the postings anywhere that count a secondment comes first, then the one begun last.
export function countsHere(seen, person, day) {
  const there = seen.facts.postings.filter((one) => one.person === person && one.counts && covers(day, one))
    .sort((a, b) => Number(b.secondment) - Number(a.secondment) || b.from - a.from || b.id - a.id);
  return there[0]?.organisation === seen.organisation;
}

export const inCut = (seen, one, { unit, workerType, rank, role }) =>
  (!unit || (one.unit !== null && unitsAbove(seen, one.unit).includes(unit))) && (!workerType || one.workerType === workerType) && (!rank || one.rank === rank) && (!role || one.role === role);

// A unit and those above it, the lowest first.
export function unitsAbove({ world }, unit) {
  const known = world.units.find((one) => one.id === unit);
  return known ? [unit, ...(known.parent === null ? [] : unitsAbove({ world }, known.parent))] : [];
}

export const unitCode = (seen, unit) => (unit === null ? null : seen.world.units.find((one) => one.id === unit).code);

// The rows in which somebody posted to a unit counts: that of the whole, and by unit those of the unit and the units above it, as far as they are in the whole.
export function unitRows(seen, unit, { top, byUnit }) {
  const above = unit === null ? [] : unitsAbove(seen, unit);
  const whole = top ? (above.includes(top) ? [top] : []) : [null];
  if (!byUnit) return whole;
  const inside = top ? above.slice(0, above.indexOf(top) + 1).filter(() => above.includes(top)) : above;
  return [...new Set([...whole, ...inside])];
}

// Who holds what on a day, from the entries: [{person, item, basis, level}], for each basis.
export function heldOn(seen, day) {
  const sums = new Map();
  for (const one of seen.entries) if (one.day <= day) {
    const key = `${one.person} ${one.item} ${one.basis} ${one.level}`;
    sums.set(key, { person: one.person, item: one.item, basis: one.basis, level: one.level, sum: (sums.get(key)?.sum ?? 0) + one.delta });
  }
  return [...sums.values()].filter(({ sum }) => sum > 0);
}

// The same on the basis asked for: one, each, or any, which is the highest on any.
export function heldBy(seen, day, basis) {
  const held = heldOn(seen, day);
  if (basis !== 'any') return held.filter((one) => basis === 'each' || one.basis === basis);
  const best = new Map();
  for (const one of held) {
    const key = `${one.person} ${one.item}`;
    if (!best.has(key) || best.get(key).level < one.level) best.set(key, { ...one, basis: 'any' });
  }
  return [...best.values()];
}

// The first day of the days up to this one on which somebody has served there, or where it was before a merger, without a break.
export function servingSince(seen, person, day) {
  const lineage = lineageOf(seen, day);
  const there = seen.facts.postings.filter((one) => one.person === person && lineage.includes(one.organisation));
  let since = day;
  while (there.some((one) => covers(since - 1, one))) since--;
  return since;
}

// The time that a posting belongs to, of those given, as far as they follow one another without a day between; how it ends, and whether it begins with it.
export function stayOf(postings, one) {
  const own = postings.filter(({ person }) => person === one.person);
  let first = one, last = one;
  for (let next = one; next; next = own.find((other) => other.from < first.from && (other.before === null || other.before >= first.from))) first = next;
  for (let next = one; next; next = own.find((other) => last.before !== null && other.from <= last.before && (other.before === null || other.before > last.before))) last = next;
  return { stayFrom: first.from, stayBefore: last.before, leaver: last.leaverType, leaves: last.transferOut, begins: first.id === one.id };
}

// The organisation and those that it has taken over from by a day.
export function lineageOf(seen, day) {
  const lineage = [seen.organisation];
  for (const place of lineage)
    for (const one of seen.facts.successions) if (one.successor === place && one.day <= day && !lineage.includes(one.predecessor)) lineage.push(one.predecessor);
  return lineage;
}

// Rows as a map from what they are about to what they say.
export const cells = (entries) => new Map(entries.map(([key, ...figures]) => [key.map((part) => part ?? '-').join(' '), figures.map((one) => (one === null ? '-' : Math.round(Number(one) * 1e6) / 1e6)).join(' ')]));

// Groups of a list by a key, which may be several.
export function grouped(list, keysOf) {
  const groups = new Map();
  for (const one of list) for (const key of keysOf(one)) {
    const name = JSON.stringify(key);
    if (!groups.has(name)) groups.set(name, { key, all: [] });
    groups.get(name).all.push(one);
  }
  return [...groups.values()];
}
export const distinct = (list) => new Set(list.map(({ person }) => person)).size;
