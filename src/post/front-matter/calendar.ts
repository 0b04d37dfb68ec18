/** Whether `YYYY-MM-DD` is a day that exists. */
export function isDay(text: string): boolean {
  return new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) === true;
}

/** The days, as `YYYY-MM-DD`, that a date in another form may mean: two if it is ambiguous, none if it is not a date. */
export function daysMeant(written: string): readonly string[] {
  const text = written.replace(/^[\s"'“”‘’]+|[\s"'“”‘’]+$/g, '');
  const [, a = '', b = '', c = ''] =
    /^(\d{1,4})\s?[-./\u2010-\u2015]\s?(\d{1,2})\s?[-./\u2010-\u2015]\s?(\d{1,4})\b/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const forms =
    a.length === 4
      ? [[a, b, c]]
      : c.length === 4
        ? /[.]/.test(text)
          ? [[c, b, a]]
          : [
              [c, a, b],
              [c, b, a],
            ]
        : [];
  return [...new Set([...forms.map((parts) => parts.map((part) => part.padStart(2, '0')).join('-')), ...inWords(text)].filter(isDay))];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function inWords(text: string): readonly string[] {
  const [, month = '', day = '', year = ''] = /^([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/.exec(text) ?? [];
  const [, day2 = day, month2 = month, year2 = year] = /^(\d{1,2})(?:st|nd|rd|th)?\.? ([A-Za-z]{3,9})\.?,? (\d{4})$/.exec(text) ?? [];
  const number = months.indexOf(month2.slice(0, 3).toLowerCase()) + 1;
  return number === 0 ? [] : [[year2, String(number).padStart(2, '0'), day2.padStart(2, '0')].join('-')];
}
