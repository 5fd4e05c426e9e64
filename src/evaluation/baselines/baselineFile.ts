import type { OccupationList } from '../../occupation/index.ts';
import { AppError } from '../../platform/index.ts';
import { BaselineModel } from './baselineModel.ts';
import type { StepWords } from './careerStep.ts';
import type { BaselineRecipe, Component, TableLevel } from './component.ts';
import { Gate } from './gate.ts';
import { OwnHistory } from './ownHistory.ts';
import { PastStates } from './pastStates.ts';
import { packCells, type PackedRow, unpackCells } from './packedRows.ts';
import { type Cells, SmoothedTable } from './smoothedTable.ts';

interface TableFile {
  levels: readonly TableLevel[];
  cells: PackedRow[][];
}

/** A fitted baseline as JSON: smoothed probabilities and weights, no counts and no people. */
export interface BaselineFile {
  format: 'onward-baseline';
  version: 1;
  name: string;
  /** Codes of the list, in its order: a model fits no other list. */
  codes: string[];
  words: StepWords;
  recipe: BaselineRecipe;
  demographics: TableFile;
  initial: TableFile;
  /** Cells of each component's levels; empty where nothing was fitted. */
  components: PackedRow[][][];
  /** For each level of the gate: cell, then the components' weights in ten-thousandths. */
  gate: number[][][];
}

/** Weights are whole shares of this. */
const weightShares = 10_000;

/** The model as plain data for `JSON.stringify`; masses are rounded (see `packCells`). */
export function toBaselineFile({ parts }: BaselineModel): BaselineFile {
  const { name, list, words, recipe, demographics, initial, components, gate } = parts;
  return {
    format: 'onward-baseline',
    version: 1,
    name,
    codes: list.occupations.map(({ code }) => code),
    words,
    recipe,
    demographics: packTable(demographics),
    initial: packTable(initial),
    components: components.map((component) =>
      component === demographics ? [] : cellsOf(component).map((cells) => packCells(cells)),
    ),
    gate: gate.weights.map((level) => Array.from(level, ([key, weights]) => [key, ...packWeights(weights)])),
  };
}

/**
 * The model of a file for the list that it was fitted on.
 * Throws AppError `integrity` for another format or another list.
 */
export function fromBaselineFile(file: BaselineFile, list: OccupationList): BaselineModel {
  if (file.format !== 'onward-baseline' || file.version !== 1) {
    throw new AppError('integrity', 'This is no baseline that this version can read');
  }
  const isSameList =
    file.codes.length === list.occupations.length &&
    list.occupations.every(({ code }, state) => code === file.codes[state]);
  if (!isSameList)
    throw new AppError('integrity', `The baseline was fitted on another list than ${list.name}`);

  const stateCount = list.occupations.length;
  const demographics = unpackTable(file.demographics, stateCount);
  return new BaselineModel({
    name: file.name,
    list,
    words: file.words,
    recipe: file.recipe,
    demographics,
    initial: unpackTable(file.initial, stateCount),
    components: file.recipe.components.map((spec, c): Component => {
      const cells = file.components[c].map(unpackCells);
      switch (spec.kind) {
        case 'demographics':
          return demographics;
        case 'table':
          return new SmoothedTable(spec.levels, cells, stateCount);
        case 'pastStates':
          return new PastStates(spec.decay, cells[0], demographics);
        case 'ownHistory':
          return new OwnHistory(spec.decay, stateCount);
      }
    }),
    gate: new Gate(
      file.recipe.gate,
      file.gate.map((level) => new Map(level.map(([key, ...weights]) => [key, normalised(weights)]))),
    ),
  });
}

function cellsOf(component: Component): readonly Cells[] {
  if (component instanceof SmoothedTable) return component.cells;
  if (component instanceof PastStates) return [component.rows];
  return [];
}

function packTable({ levels, cells }: SmoothedTable): TableFile {
  return { levels, cells: cells.map((level) => packCells(level)) };
}

function unpackTable({ levels, cells }: TableFile, stateCount: number): SmoothedTable {
  return new SmoothedTable(levels, cells.map(unpackCells), stateCount);
}

/** Every weight keeps at least one share; what rounding leaves over goes to the largest. */
function packWeights(weights: Float64Array): number[] {
  const shares = Array.from(weights, (weight) => Math.max(1, Math.round(weight * weightShares)));
  const largest = shares.indexOf(Math.max(...shares));
  shares[largest] += weightShares - shares.reduce((sum, share) => sum + share, 0);
  return shares;
}

function normalised(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(weights, (weight) => weight / total);
}
