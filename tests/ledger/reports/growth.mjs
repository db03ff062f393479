// SPDX-License-Identifier: MIT
// Reports of how skills change, which are at risk, and which went.
import { cells, countsHere, grouped, heldBy, peopleOn, unitCode, unitRows } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { basisOf, cutOf, dayBack, monthsOf, someDay } from './questions.mjs';
import { heldCells, itemRows } from './skills.mjs';

const goes = (cause) => ['left', 'transferred', 'seconded', 'merged'].includes(cause);
const itemCode = (seen, item) => seen.world.items.find(({ id }) => id === item).code;

// Moves of a period, each change of level once: what the entries say of a gain, or of a loss after which nothing is held; without what is reversed.
function movesOf(seen, from, before, basis) {
  const kept = seen.entries.filter((one) => one.day >= from && one.day < before && (one.gain || one.other === null) && (basis === 'each' || one.basis === basis));
  return grouped(kept, (one) => [[one.person, one.item, one.basis, one.gain, one.level, one.other, one.cause, one.day]]).flatMap(({ all }) => {
    const [{ person, item, basis: on, gain, level, other, cause, day }] = all;
    const moves = all.reduce((sum, one) => sum + one.delta, 0) * (gain ? 1 : -1);
    return moves ? [{ person, item, basis: on, from: gain ? other : level, to: gain ? level : null, cause, day, moves }] : [];
  });
}

// Moves of the highest level on any basis: what is held the day before and on the day; the cause is that of the level that came or went.
function movesOfAny(seen, from, before) {
  const turns = grouped(seen.entries.filter(({ day }) => day >= from && day < before), (one) => [[one.person, one.item, one.day]]);
  return turns.flatMap(({ key: [person, item, day] }) => {
    const own = { ...seen, entries: seen.entries.filter((one) => one.person === person && one.item === item) };
    const best = (on) => heldBy(own, on, 'any')[0]?.level ?? null;
    const [was, is] = [best(day - 1), best(day)];
    if (was === is) return [];
    const gain = (is ?? -1) > (was ?? -1), level = Math.max(was ?? -1, is ?? -1);
    const lines = grouped(own.entries.filter((one) => one.day === day && one.gain === gain && one.level === level), (one) => [[one.basis, one.cause, one.other]])
      .filter(({ all }) => all.reduce((sum, one) => sum + one.delta, 0) !== 0);
    return [{ person, item, basis: 'any', from: was, to: is, cause: lines.map(({ key }) => key[1]).sort()[0], day, moves: 1 }];
  });
}
const movesBy = (seen, from, before, basis) => (basis === 'any' ? movesOfAny(seen, from, before) : movesOf(seen, from, before, basis));

// With where the person was on a day of the move; without those who were nowhere, or are cut away.
const placed = (seen, moves, cut, dayOf) =>
  moves.flatMap((move) => {
    const place = peopleOn(seen, dayOf(move), cut).find(({ person }) => person === move.person);
    return place ? [{ ...move, place }] : [];
  });
const rowKeys = (seen, { place }, cut, by) => unitRows(seen, place?.unit ?? null, { top: cut.unit, byUnit: by === 'unit' });
const uncut = (cut) => !Object.values(cut).some(Boolean);
const month = (day) => dayText(day).slice(0, 7);

export const report_upskilling = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = monthsOf(draw), basis = basisOf(draw), by = draw.pick(['period', 'month', 'unit', 'worker_type']);
    return { parameters: { ...asked, ...period.asked, framework: world.framework, basis, by }, cut, basis, by, ...period };
  },
  plain(seen, { cut, basis, by, from, before }) {
    const moves = movesBy(seen, from, before, basis);
    const whole = uncut(cut) && ['period', 'month'].includes(by) && basis !== 'any';
    const known = whole ? moves : placed(seen, moves, cut, (move) => (move.to === null && goes(move.cause) ? move.day - 1 : move.day));
    const groups = grouped(known, (move) => (whole ? [null] : rowKeys(seen, move, cut, by)).map((unit) =>
      [move.item, move.basis, by === 'month' ? month(move.day) : null, unit, by === 'worker_type' ? move.place.workerType : null, move.cause, move.from, move.to]));
    return cells(groups.map(({ key: [item, on, in_, unit, type, cause, was, is], all }) => {
      const count = all.reduce((sum, one) => sum + one.moves, 0);
      const change = was === null ? 'gained' : is === null ? 'lost' : is > was ? 'rose' : is < was ? 'fell' : 'renewed';
      return [[itemCode(seen, item), on, in_, unitCode(seen, unit), type, change, cause, was === 0 ? null : was, is === 0 ? null : is], count, was === null ? count : is === null ? -count : 0];
    }));
  },
  row: (row) => [[row.item_code, row.basis, row.month, row.unit_code, row.worker_type, row.change, row.cause, row.from_level, row.to_level], row.moves, row.net],
};

// People who count there at both ends of a year, by the highest level that they then hold of an item, or of those below it.
export const report_level_changes = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = dayBack(draw), year = draw.pick([2026, 2027, 2027, 2027]), basis = draw.pick(['any', 'any', 'self', 'endorsed']), by = draw.pick(['organisation', 'unit']);
    return { parameters: { ...asked, framework: world.framework, year_ending: year, as_of: dayText(day), basis, by }, cut, basis, by, before: Date.UTC(year - 1, 2, 31) / 86400000, until: Math.min(Date.UTC(year, 2, 31) / 86400000, day) };
  },
  plain(seen, { cut, basis, by, before, until }) {
    const earlier = new Set(peopleOn(seen, before).map(({ person }) => person));
    const stayed = peopleOn(seen, until, cut).filter(({ person }) => earlier.has(person) && countsHere(seen, person, before) && countsHere(seen, person, until));
    const [was, is] = [heldBy(seen, before, basis), heldBy(seen, until, basis)];
    const best = (held, person, items) => held.filter((one) => one.person === person && items.some(({ id }) => id === one.item)).reduce((most, { level }) => Math.max(most ?? 0, level), null);
    const changes = stayed.flatMap((place) => itemRows(seen.world, true).flatMap(({ code, items }) => {
      const [from, to] = [best(was, place.person, items), best(is, place.person, items)];
      return from === to ? [] : [{ place, code, from, to, change: from === null ? 'gained' : to === null ? 'lost' : to > from ? 'rose' : 'fell' }];
    }));
    return cells(grouped(changes, (one) => rowKeys(seen, one, cut, by).flatMap((unit) => [[null, null], [one.from, one.to]].map((levels) => [one.code, unitCode(seen, unit), one.change, ...levels])))
      .map(({ key, all }) => [key, all.length]));
  },
  row: (row) => [[row.item_code, row.unit_code, row.change, row.from_level, row.to_level], row.people],
};

export const report_skills_lost = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = monthsOf(draw), basis = basisOf(draw), by = draw.pick(['organisation', 'unit', 'worker_type', 'leaver_type']);
    return { parameters: { ...asked, ...period.asked, framework: world.framework, basis, by }, cut, basis, by, ...period };
  },
  plain(seen, { cut, basis, by, from, before }) {
    // Who goes is a loss of the day after the last, which is what counts here.
    const gone = movesOf(seen, from + 1, before + 1, basis === 'any' ? 'each' : basis).filter((move) => move.to === null && goes(move.cause));
    const whole = uncut(cut) && by === 'organisation' && basis !== 'any';
    const each = basis !== 'any' ? gone : grouped(gone, (one) => [[one.person, one.item, one.cause, one.day]])
      .map(({ all }) => ({ ...all[0], basis: 'any', from: Math.max(...all.map((one) => one.from)) }));
    const known = whole ? each : placed(seen, each, cut, ({ day }) => day - 1);
    const before_ = new Map(heldCells(seen, from - 1, { basis, by: by === 'leaver_type' ? 'organisation' : by, cut }).map(([key, people]) => [JSON.stringify(key), people]));
    const groups = grouped(known, (one) => (whole ? [null] : rowKeys(seen, one, cut, by)).map((unit) =>
      [one.item, one.basis, one.from, unit, by === 'worker_type' ? one.place.workerType : null, one.cause, by === 'leaver_type' && one.place.before === one.day ? one.place.leaverType : null]));
    return cells(groups.map(({ key: [item, on, level, unit, type, cause, leaver], all }) => {
      const held = before_.get(JSON.stringify([item, on, level, unit, type])) ?? 0;
      return [[itemCode(seen, item), on, level, unitCode(seen, unit), type, cause, leaver], all.length, held, held ? Math.round((1000 * all.length) / held) / 10 : null];
    }));
  },
  row: (row) => [[row.item_code, row.basis, row.level ?? 0, row.unit_code, row.worker_type, row.cause, row.leaver_type], row.lost, row.held_at_start, row.share],
};

export const report_lapsing = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = someDay(draw) - 150, basis = basisOf(draw), by = draw.pick(['organisation', 'unit', 'worker_type']);
    return { parameters: { ...asked, framework: world.framework, as_of: dayText(day), basis, by }, cut, day, basis, by };
  },
  plain(seen, { cut, day, basis, by }) {
    const lapses = movesBy(seen, day + 1, day + 181, basis).filter(({ cause }) => cause === 'lapsed');
    const whole = uncut(cut) && by === 'organisation' && basis !== 'any';
    const known = whole ? lapses : placed(seen, lapses, cut, () => day);
    const held = new Map(heldCells(seen, day, { basis, by, cut }).map(([key, people]) => [JSON.stringify(key), people]));
    const groups = grouped(known, (one) => (whole ? [null] : rowKeys(seen, one, cut, by)).map((unit) => [one.item, one.basis, one.from, one.to, unit, by === 'worker_type' ? one.place.workerType : null]));
    return cells(groups.map(({ key: [item, on, level, left, unit, type], all }) => [
      [itemCode(seen, item), on, level, left, unitCode(seen, unit), type], held.get(JSON.stringify([item, on, level, unit, type])) ?? 0,
      ...[30, 60, 90, 180].map((days) => all.filter((one) => one.day <= day + days).reduce((sum, one) => sum + one.moves, 0))]));
  },
  row: (row) => [[row.item_code, row.basis, row.level ?? 0, row.level_left, row.unit_code, row.worker_type], row.held, row.within_30, row.within_60, row.within_90, row.within_180],
};
