// SPDX-License-Identifier: MIT
// Reports of the workforce.
import { cells, distinct, grouped, inCut, peopleOn, servingSince, unitCode, unitRows } from '../plain.mjs';
import { dayText, windowOf } from '../world.mjs';
import { cutOf, someDay } from './questions.mjs';

const yearsAfter = (day, years) => {
  const date = new Date(day * 86400000);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / 86400000;
};
const bandOn = (since, day) => [['under_1', 1], ['1_to_2', 2], ['2_to_3', 3], ['3_to_4', 4], ['4_to_5', 5], ['5_to_10', 10]].find(([, before]) => yearsAfter(since, before) > day)[0];

export const report_strength = {
  draw(draw, world, organisation) {
    const { asked, cut } = cutOf(draw, world, organisation), day = someDay(draw);
    const by = draw.pick(['organisation', 'unit', 'worker_type', 'rank', 'role', 'service_band']);
    return { parameters: { ...asked, as_of: dayText(day), by }, cut, day, by };
  },
  plain(seen, { cut, day, by }) {
    const part = { worker_type: (one) => one.workerType, rank: (one) => one.rank ?? 'none', role: roleOf(seen), service_band: (one) => bandOn(servingSince(seen, one.person, day), day) }[by];
    const groups = grouped(peopleOn(seen, day, cut), (one) =>
      unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) => [[unit, null], ...(part && part(one) ? [[unit, part(one)]] : [])]));
    return cells(groups.map(({ key: [unit, value], all }) => [[unitCode(seen, unit), value], distinct(all), all.reduce((sum, one) => sum + one.fte, 0)]));
  },
  row: (row) => [[row.unit_code, codeOf(row) ?? row.service_band], row.headcount, row.fte],
};

const transfers = (type) => type === 'transfer';
const roleOf = (seen) => (one) => seen.world.roles.find(({ id }) => id === one.role)?.uuid ?? 'none';
const codeOf = (row) => row.worker_type ?? row.rank ?? row.role_profile ?? (row.role_profile_title === 'none' ? 'none' : null);
const percent = (part, whole) => (whole ? Math.round((1000 * part) / whole) / 10 : null);

// A year of 365 or 366 days up to one, as days: [first, last].
const yearUntil = (last) => [yearsAfter(last + 1, -1), last];

export const report_retention = {
  draw(draw, world, organisation) {
    const { asked, cut } = cutOf(draw, world, organisation);
    const [first, last] = yearUntil(windowOf.first + 60 + draw.below(200));
    const by = draw.pick(['organisation', 'unit', 'worker_type', 'rank', 'role']);
    return { parameters: { ...asked, ending_on: dayText(last), by }, cut, first, last, by };
  },
  plain(seen, { cut, first, last, by }) {
    const until = Math.min(last, seen.facts.today);
    const on = new Map();
    const at = (day) => on.get(day) ?? on.set(day, new Map(peopleOn(seen, day).map((one) => [one.person, one]))).get(day);
    const facts = [...[...at(first - 1).values()].map((place) => ({ place, measure: 'start' })), ...[...at(until).values()].map((place) => ({ place, measure: 'end' }))];
    for (let day = first; day <= until; day++)
      for (const [person, place] of at(day)) {
        const [joiner, leaver] = [place.joinerType, place.leaverType];
        if (!at(day - 1).has(person)) facts.push({ place, measure: joiner === null ? 'others in' : transfers(joiner) ? 'transfers in' : 'joiners' });
        if (!at(day + 1).has(person)) facts.push({ place, measure: leaver === null ? 'others out' : transfers(leaver) ? 'transfers out' : 'leavers' });
      }
    const part = { worker_type: (one) => one.workerType, rank: (one) => one.rank ?? 'none', role: roleOf(seen) }[by];
    const within = facts.filter(({ place }) => inCut(seen, place, cut));
    const groups = grouped(within, ({ place }) => unitRows(seen, place.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) => [[unit, null], ...(part && part(place) ? [[unit, part(place)]] : [])]));
    return cells(groups.map(({ key: [unit, value], all }) => {
      // Who comes or goes twice counts once, as the last time.
      const counted = (measure) => grouped(all.filter((one) => one.measure === measure), ({ place }) => [[place.person]]).map(({ all: times }) => times.sort((a, b) => b.place.from - a.place.from || b.place.id - a.place.id)[0].place);
      const fte = (places) => places.reduce((sum, one) => sum + one.fte, 0);
      const [start, leavers] = [counted('start'), counted('leavers')], voluntary = leavers.filter(({ leaverType }) => leaverType === 'voluntary_resignation');
      return [[unitCode(seen, unit), value], start.length, counted('joiners').length, counted('transfers in').length, counted('others in').length, leavers.length, voluntary.length, counted('transfers out').length,
        counted('others out').length, counted('end').length, fte(start), fte(leavers), percent(leavers.length, start.length), percent(voluntary.length, start.length)];
    }));
  },
  row: (row) => [[row.unit_code, codeOf(row)], row.strength_at_start, row.joiners, row.transfers_in, row.others_in, row.leavers, row.voluntary_leavers, row.transfers_out,
    row.others_out, row.strength_at_end, row.strength_at_start_fte, row.leavers_fte, row.leaver_rate, row.voluntary_rate],
};
