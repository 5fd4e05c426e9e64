import { importLimits } from './limits.ts';

/** Dollars an hour as people write them: `14`, `14.50`, `$1,333.5`. Null for anything else, and beyond the limit. */
export function parseHourlyWage(text: string): number | null {
  if (!/^\$? ?\d[\d,]*(\.\d+)?$/.test(text)) return null;
  const wage = Number(text.replace(/[$, ]/g, ''));
  return wage <= importLimits.hourlyWage ? wage : null;
}
