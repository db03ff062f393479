// SPDX-License-Identifier: MIT
// Days as the service counts them: a day begins at midnight in London.

// The day in London, as YYYY-MM-DD, so many days from now or from a moment.
export const londonDay = (days = 0, from = Date.now()) => {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(new Date(from));
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
};
