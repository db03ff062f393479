// SPDX-License-Identifier: MIT
// Reports of what people hold on a day.
import { cells, countsHere, distinct, grouped, heldBy, heldOn, peopleOn, unitCode, unitRows } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { basisOf, cutOf, someDay } from './questions.mjs';

const bases = ['self', 'endorsed', 'assessed', 'accredited'];
const basesOf = (basis) => (basis === 'each' ? bases : [basis]);

// The rows of items: each by itself and, above, those that have others below them, and that of any item (null).
export const itemRows = ({ items, top }, above) => [
  ...items.map((item) => ({ code: item.code, items: [item] })),
  ...(above ? [{ code: top.code, items: items.filter(({ code }) => ['alpha', 'beta'].includes(code)) }, { code: null, items }] : []),
];
const stepsOf = (world, row) => [null, ...(row.items.some(({ levels }) => levels) ? world.levels : [])];
export const asksOf = (world, role) => world.roles.find(({ id }) => id === role)?.asks ?? [];
const most = (list, of) => list.reduce((best, one) => (best === null || of(one) > best ? of(one) : best), null);

// How many levels somebody lacks of what is asked, of alternatives by the shortest way; `level` tells what they hold of an item, null for nothing.
export function lacking(asks, ask, level) {
  const lacks = (one) => (one.level === null ? Number(level(one.item) === null) : Math.max(one.level - (level(one.item) ?? 0), 0));
  return ask.alternative === null ? lacks(ask) : Math.min(...asks.filter(({ alternative }) => alternative === ask.alternative).map(lacks));
}

// What somebody's role asks of a row's items on a basis: the highest level asked for, and the highest that is not met; null where nothing is asked.
function need(seen, place, row, held, importance) {
  const all = asksOf(seen.world, place.role), asks = all.filter((ask) => ask.importance === importance && row.items.some(({ id }) => id === ask.item));
  const short = asks.filter((ask) => lacking(all, ask, (item) => held.find((one) => one.item === item)?.level ?? null) > 0);
  return asks.length ? { most: most(asks, ({ level }) => level ?? 0), unmet: most(short, ({ level }) => level ?? 0) } : null;
}

function coverageCells(seen, row, basis, places) {
  const facts = places.map((place) => {
    const held = seen.held.filter((one) => one.person === place.person && one.basis === basis);
    return { best: most(held.filter((one) => row.items.some(({ id }) => id === one.item)), ({ level }) => level), essential: need(seen, place, row, held, 'essential'), desirable: need(seen, place, row, held, 'desirable') };
  });
  if (!facts.some(({ best, essential, desirable }) => best !== null || essential || desirable)) return [];
  return stepsOf(seen.world, row).map((step) => {
    const asked = (what) => facts.filter((one) => one[what] && one[what].most >= (step ?? 0));
    const met = (what) => asked(what).filter((one) => one[what].unmet === null || one[what].unmet < (step ?? 0));
    const people = facts.filter(({ best }) => best !== null && best >= (step ?? 0)).length;
    return [step, people, facts.filter(({ best }) => best === (step ?? 0)).length, places.length, Math.round((1000 * people) / places.length) / 10,
      asked('essential').length, met('essential').length, asked('desirable').length, met('desirable').length];
  });
}

export const report_coverage = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.5) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = someDay(draw), basis = basisOf(draw), by = draw.pick(['organisation', 'unit']), detail = draw.pick(['held', 'roles', 'roles']);
    return { parameters: { ...asked, framework: world.framework, as_of: dayText(day), basis, by, detail }, cut, day, basis, by, detail };
  },
  plain(seen, { cut, day, basis, by, detail }) {
    const above = detail === 'roles', uncut = !Object.values(cut).some(Boolean);
    const whole = !above && basis !== 'any' && by === 'organisation' && uncut;
    const posted = peopleOn(seen, day, cut);
    const held = heldBy(seen, day, basis);
    // Of an organisation as a whole on a basis, who counts is counted, posted or not.
    const people = whole ? [...new Set(held.map(({ person }) => person))].map((person) => ({ person, unit: null, role: null })) : posted;
    // Who counts elsewhere by their postings holds nothing here, also while the ledger has not booked yet that they went.
    const known = { ...seen, held: whole ? held : held.filter(({ person }) => countsHere(seen, person, day)) };
    const rows = grouped(people, (one) => unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).map((unit) => [unit]));
    return cells(rows.flatMap(({ key: [unit], all }) => itemRows(seen.world, above).flatMap((row) => basesOf(basis).flatMap((each) =>
      coverageCells(known, row, each, all.map((one) => (above && countsHere(seen, one.person, day) ? one : { ...one, role: null }))).map(([step, ...figures]) => [[row.code, unitCode(seen, unit), each, step], ...(above ? figures : figures.slice(0, 2))])))));
  },
  row: (row) => [[row.item_code, row.unit_code, row.basis, row.level], row.people, row.people_at_level,
    ...(row.strength === null ? [] : [row.strength, row.share, row.essential_required, row.essential_met, row.desirable_required, row.desirable_met])],
};

export const report_single_points = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = someDay(draw), basis = draw.pick(['any', 'self', 'assessed']), by = draw.pick(['organisation', 'unit']), limit = 1 + draw.below(3);
    return { parameters: { ...asked, framework: world.framework, as_of: dayText(day), basis, by, most: limit }, cut, day, basis, by, limit };
  },
  plain(seen, { cut, day, basis, by, limit }) {
    const held = heldBy(seen, day, basis);
    const rows = grouped(peopleOn(seen, day, cut), (one) => unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).map((unit) => [unit]));
    return cells(rows.flatMap(({ key: [unit], all }) => seen.world.items.flatMap((item) => (item.levels ? seen.world.levels : [0]).flatMap((level) => {
      const holders = all.filter(({ person }) => held.some((one) => one.person === person && one.item === item.id && one.level >= level));
      const asking = all.filter(({ person, role }) => countsHere(seen, person, day) && asksOf(seen.world, role).some((ask) => ask.item === item.id && (ask.level ?? 0) >= level));
      const shown = distinct(holders) <= limit && (holders.length || asking.length);
      return shown ? [[[item.code, unitCode(seen, unit), level], distinct(holders), distinct(asking), new Set(asking.map(({ role }) => role)).size]] : [];
    }))));
  },
  row: (row) => [[row.item_code, row.unit_code, row.level ?? 0], row.holders, row.required_by, row.roles],
};

// How many hold each item at each level: of an organisation as a whole who counts there, else those posted.
export function heldCells(seen, day, { basis, by, cut }) {
  const uncut = !Object.values(cut).some(Boolean);
  if (uncut && by === 'organisation' && basis !== 'any')
    return grouped(heldOn(seen, day).filter((one) => basis === 'each' || one.basis === basis), (one) => [[one.item, one.basis, one.level, null, null]]).map(({ key, all }) => [key, all.length]);
  const places = new Map(peopleOn(seen, day, cut).map((one) => [one.person, one]));
  const held = heldBy(seen, day, basis).filter(({ person }) => places.has(person)).map((one) => ({ ...one, place: places.get(one.person) }));
  return grouped(held, (one) => unitRows(seen, one.place.unit, { top: cut.unit, byUnit: by === 'unit' })
    .map((unit) => [one.item, one.basis, one.level, unit, by === 'worker_type' ? one.place.workerType : null])).map(({ key, all }) => [key, all.length]);
}
