// SPDX-License-Identifier: MIT
// Reports of CPD.
import { cells, distinct, grouped, peopleOn, unitCode, unitRows } from '../plain.mjs';
import { dayText, windowOf } from '../world.mjs';
import { dateText, team } from './matrices.mjs';
import { cutOf, monthsOf } from './questions.mjs';

// The activities of a period that are the organisation's, with where the person was on the day.
export const logged = (seen, from, before) =>
  seen.activities.filter(({ day }) => day >= from && day < before).flatMap((one) => {
    const place = peopleOn(seen, one.day).find(({ person }) => person === one.person);
    return place ? [{ ...one, place }] : [];
  });
const inCut = (seen, { place }, cut) => peopleOn({ ...seen, postings: [place] }, place.from, cut).length > 0;

const parts = { source: (one) => [one.source], provider: (one) => [one.provider], stage: (one) => [one.stage], type: (one) => [one.type], worker_type: (one) => [one.place.workerType], rank: (one) => [one.place.rank ?? 'none'] };
const binOf = { month: (day) => dayText(day).slice(0, 7), quarter: (day) => `${dayText(day).slice(0, 4)}-Q${Math.ceil(Number(dayText(day).slice(5, 7)) / 3)}` };

export const report_development = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = monthsOf(draw), bin = draw.pick(['period', 'month', 'quarter']), aligned = draw.chance(0.5);
    const by = [...new Set([draw.pick(['unit', 'source', 'provider', 'stage', 'type', 'worker_type', 'rank', ...(aligned ? ['item'] : [])]), draw.pick(['source', 'unit'])])].slice(0, draw.below(3));
    const source = draw.chance(0.2) ? 'lms' : undefined;
    return { parameters: { ...asked, ...period.asked, bin, by: JSON.stringify(by), source, framework: aligned ? world.framework : undefined }, cut, bin, by, aligned, source, ...period };
  },
  plain(seen, { cut, bin, by, aligned, source, from, before }) {
    const all = logged(seen, from, before).filter((one) => inCut(seen, one, cut) && (!source || one.source === source) && (!aligned || one.items.length));
    const binsOf = (one) => (bin === 'period' ? [null] : [null, binOf[bin](one.day)]);
    const itemsOf = (one) => [...seen.world.items.filter(({ id }) => one.items.includes(id)).map(({ code }) => code),
      ...(seen.world.items.some(({ id, code }) => one.items.includes(id) && code !== 'gamma') ? ['top'] : [])];
    const values = (one, part) => (part === 'item' ? itemsOf(one) : part === 'unit' ? unitRows(seen, one.place.unit, { top: cut.unit, byUnit: true }).filter((unit) => unit !== null).map((unit) => unitCode(seen, unit)) : parts[part](one));
    const combinations = (one) => by.reduce((keys, part) => keys.flatMap((key) => values(one, part).map((value) => [...key, value])), [[]]);
    const bins = [null, ...(bin === 'period' ? [] : new Set(Array.from({ length: Math.min(before - 1, seen.facts.today) - from + 1 }, (_, n) => binOf[bin](from + n))))];
    const figures = (some) => [distinct(some), some.length, some.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0), some.filter(({ minutes }) => minutes !== null).length];
    const inBin = (one, name) => name === null || binOf[bin](one.day) === name;
    return cells([
      ...bins.map((name) => [[name, true], ...figures(all.filter((one) => inBin(one, name)))]),
      ...(by.length ? grouped(all, (one) => binsOf(one).flatMap((name) => combinations(one).map((key) => [name, ...key]))) : []).filter(({ key }) => bins.includes(key[0]))
        .map(({ key: [name, ...key], all: some }) => [[name, false, ...key], ...figures(some)])]);
  },
  row: (row, { by }) => [[row.bin, row.whole, ...(row.whole ? [] : by.map((part) => row[{ unit: 'unit_code', item: 'item_code' }[part] ?? part]))], row.people, row.activities, row.minutes, row.activities_with_minutes],
};

// Whole months from one day to another.
function monthsBetween(from, until) {
  const day = (number) => new Date(number * 86400000);
  const [a, b] = [day(from), day(until)];
  let months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  const lastOfMonth = new Date(Date.UTC(a.getUTCFullYear(), a.getUTCMonth() + months + 1, 0)).getUTCDate();
  if (Date.UTC(a.getUTCFullYear(), a.getUTCMonth() + months, Math.min(a.getUTCDate(), lastOfMonth)) / 86400000 > until) months--;
  return months;
}

// How long each of these people has been without CPD on a day, and the longest such time that ends from another day on.
const gapsOf = (seen, places, day, from) => places.map((place) => {
  let began = day;
  while (seen.postings.some((one) => one.person === place.person && one.from < began && (one.before === null || one.before >= began))) began--;
  const own = logged(seen, began, day + 1).filter(({ person }) => person === place.person).map((one) => one.day).sort((a, b) => a - b);
  const before = own.filter((one) => one < from), points = [before.at(-1) ?? began, ...own.filter((one) => one >= from)].sort((a, b) => a - b), since = points.at(-1);
  const gaps = points.map((one, n) => [one, points[n + 1] ?? day]);
  return { ...place, began, since, logged: own.length > 0, current: monthsBetween(since, day), days: day - since, longest: Math.max(...gaps.map(([a, b]) => b - a)), longestMonths: Math.max(...gaps.map(([a, b]) => monthsBetween(a, b))) };
});
function gapsQuestion(draw, world, organisation) {
  const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
  const day = windowOf.first + 60 + draw.below(110), months = 1 + draw.below(4);
  return { parameters: { ...asked, as_of: dayText(day), months }, cut, day, months };
}

export const report_development_gaps = {
  draw(draw, world, organisation) {
    const question = gapsQuestion(draw, world, organisation), from = question.day - 30 - draw.below(200), by = draw.pick(['organisation', 'unit', 'worker_type', 'rank']);
    return { ...question, parameters: { ...question.parameters, from: dayText(from), by }, from, by };
  },
  plain(seen, { cut, day, from, by, months }) {
    const people = gapsOf(seen, peopleOn(seen, day, cut), day, from);
    const part = { worker_type: (one) => one.workerType, rank: (one) => one.rank ?? 'none' }[by], top = unitCode(seen, cut.unit ?? null);
    const groups = grouped(people, (one) => [[top, null], ...(by === 'unit' ? unitRows(seen, one.unit, { top: cut.unit, byUnit: true }).filter((unit) => unit !== null)
      .map((unit) => [unitCode(seen, unit), null]).filter(([unit]) => unit !== top) : []), ...(part ? [[top, part(one)]] : [])]);
    if (!people.length) groups.push({ key: [top, null], all: [] });
    return cells(groups.map(({ key, all }) => {
      const days = all.map((one) => one.days).sort((a, b) => a - b);
      return [key, all.length, all.filter((one) => one.current >= months).length, all.filter((one) => one.current >= months && !one.logged).length, all.filter((one) => one.longestMonths >= months).length,
        all.length ? days[Math.ceil(days.length / 2) - 1] : null, all.length ? Math.max(...all.map(({ longest }) => longest)) : null, all.filter(({ current }) => current < 1).length];
    }));
  },
  row: (row) => [[row.unit_code, row.worker_type ?? row.rank], row.people, row.in_gap, row.never, row.had_gap, row.median_current_days, row.longest_days, row.current_under_1_months],
};

// Of those whom the organisation reads now, who were posted there, as is known now, on the day from which the gap counts.
export const list_development_gaps = {
  draw(draw, world, organisation) {
    const question = gapsQuestion(draw, world, organisation);
    return { ...question, parameters: { ...question.parameters, limit: 100000 } };
  },
  plain(seen, { cut, day, months }) {
    const here = (person, on) => seen.here.some((one) => one.person === person && one.from <= on && (one.before === null || one.before > on));
    return cells(gapsOf(seen, team(seen, day, cut), day, day).filter((one) => one.current >= months && here(one.person, one.since))
      .map((one) => [[one.staffNumber, unitCode(seen, one.unit), one.workerType, one.rank, dayText(one.began), one.logged ? dayText(one.since) : null, dayText(one.since)], one.days, one.current]));
  },
  row: (row) => [[row.staff_number, row.unit_code, row.worker_type, row.rank, dateText(row.served_since), dateText(row.last_on), dateText(row.gap_since)], row.gap_days, row.gap_months],
};
