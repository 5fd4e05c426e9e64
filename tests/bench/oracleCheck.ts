/** Throws where a figure that a bench is about to print differs from what was computed independently by more than this part. */
export function checkFigure(what: string, figure: number, expected: number, tolerance: number): void {
  const apart = Math.abs(figure - expected) / Math.max(1e-12, Math.abs(expected));
  // What is no number is not within any tolerance.
  if (!(apart <= tolerance)) throw new Error(`${what} is ${figure}, but the oracle says ${expected}.`);
}
