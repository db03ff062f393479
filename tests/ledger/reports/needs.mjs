// SPDX-License-Identifier: MIT
// Reports of what people lack of what their roles ask for.
import { cells, countsHere, distinct, grouped, heldBy, heldOn, peopleOn, unitCode, unitRows } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { cutOf, someDay } from './questions.mjs';
import { asksOf, lacking } from './skills.mjs';

const code = (seen, item) => seen.world.items.find(({ id }) => id === item).code;
const twoYearsBefore = (day) => {
  const date = new Date(day * 86400000);
  return Date.UTC(date.getUTCFullYear() - 2, date.getUTCMonth(), date.getUTCDate()) / 86400000;
};
const brings = ['joined', 'transferred', 'seconded', 'merged'];

// How long those who rose by one level in the two years to a day had held the one before it without a break, if they did not bring it: {item, level, people, days}.
function stepsTaken(seen, day, basis) {
  const own = (person) => ({ ...seen, entries: seen.entries.filter((one) => one.person === person) });
  const steps = grouped(seen.entries.filter((one) => one.gain && one.day > twoYearsBefore(day) && one.day <= day && (basis === 'any' || one.basis === basis) && one.level > 1),
    (one) => [[one.person, one.item, one.basis, one.level, one.day]]).flatMap(({ key: [person, item, on, level, rose] }) => {
    const known = own(person);
    const level_ = (at) => heldOn(known, at).find((one) => one.item === item && one.basis === on)?.level;
    if (level_(rose) !== level || level_(rose - 1) !== level - 1) return [];
    let since = rose - 1;
    while (level_(since - 1) === level - 1) since--;
    const came = known.entries.filter((one) => one.gain && one.day === since && one.item === item && one.basis === on && one.level === level - 1);
    return came.some(({ cause }) => brings.includes(cause)) ? [] : [{ person, item, level, days: rose - since }];
  });
  return grouped(steps, (one) => [[one.item, one.level]]).flatMap(({ key: [item, level], all }) => {
    const days = all.map((one) => one.days).sort((a, b) => a - b);
    return distinct(all) < 5 ? [] : [{ item, level, people: distinct(all), days: days[Math.ceil(days.length / 2) - 1] }];
  });
}

export const report_gaps = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = someDay(draw), basis = draw.pick(['any', 'any', 'self', 'assessed']), by = draw.pick(['organisation', 'unit', 'role']);
    return { parameters: { ...asked, framework: world.framework, as_of: dayText(day), basis, by }, cut, day, basis, by };
  },
  plain(seen, { cut, day, basis, by }) {
    const held = new Map(heldBy(seen, day, basis).map((one) => [`${one.person} ${one.item}`, one.level]));
    const level = (person, item) => held.get(`${person} ${item}`) ?? null;
    const there = peopleOn(seen, day, cut).filter(({ person }) => countsHere(seen, person, day)), steps = stepsTaken(seen, day, basis);
    const rowsOf = (one) => unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' });
    const needs = there.flatMap((place) => asksOf(seen.world, place.role).map((ask, _, asks) =>
      ({ place, ...ask, lacks: lacking(asks, ask, (item) => level(place.person, item)) })));
    const groups = grouped(needs, (one) => rowsOf(one.place).map((unit) => [one.item, unit, by === 'role' ? one.place.role : null, one.importance, one.level, one.alternative]));
    return cells(groups.filter(({ all }) => all.some(({ lacks }) => lacks > 0)).map(({ key: [item, unit, role, importance, aim, alternative], all }) => {
      const step = steps.find((one) => one.item === item && one.level === aim);
      const close = aim > 1 ? there.filter((one) => rowsOf(one).includes(unit) && level(one.person, item) === aim - 1).length : null;
      return [[code(seen, item), unitCode(seen, unit), seen.world.roles.find(({ id }) => id === role)?.uuid, importance, aim, alternative], all.length, all.filter(({ lacks }) => lacks === 0).length,
        all.filter(({ lacks }) => lacks > 0).length, all.filter(({ lacks }) => lacks === 1).length, all.reduce((sum, one) => sum + one.lacks, 0), close, step?.people ?? null, step?.days ?? null];
    }));
  },
  row: (row) => [[row.item_code, row.unit_code, row.role_profile, row.importance, row.required_level, row.alternative], row.required, row.met, row.short, row.short_by_one, row.levels_short, row.close, row.step_people, row.step_days],
};
