import type { CareerHistory } from '../career/index.ts';
import { fewestPeople } from './baselines/transitionTable.ts';
import { personDraws } from './bootstrap.ts';
import { onSharedObservations } from './sharedObservations.ts';
import type { Comparison, ComparisonReport, ModelMetrics } from './comparisonReport.ts';
import { type MetricName, metricNames } from './metrics.ts';
import { type ObservationTable, observationTable, pickRows } from './observationTable.ts';
import { differenceIn } from './pairedDifference.ts';
import { countsOf, type EvaluationOptions, reliabilityOf, spread } from './report.ts';
import type { ScoredCareer } from './scoredCareer.ts';
import { type ObservationGroup, observationGroups, type Subgrouping, subgroupings } from './subgroups.ts';
import { type BootstrappedMetrics, TableMetrics } from './tableMetrics.ts';

/** A model with what it said about the panel's people, in their order. */
export interface ModelScores {
  name: string;
  scores: readonly ScoredCareer[];
}

export interface ComparisonOptions extends EvaluationOptions {
  subgroupings?: readonly Subgrouping[];
}

/**
 * Compares models (at least one) on people whom none of them has learned from. All are measured on the observations
 * that every one of them scored, and on the same person draws; the other observations count as `unscored`. Subgroups
 * of fewer than `fewestPeople` people are named and not shown. Throws AppError `bad-input` where scores do not fit the
 * people.
 */
export function compareModels(
  histories: readonly CareerHistory[],
  models: readonly ModelScores[],
  { draws = 500, seed = 0, ...options }: ComparisonOptions = {},
): ComparisonReport {
  const tables = onSharedObservations(models.map(({ scores }) => scores)).map((scores) =>
    observationTable(histories, scores),
  );
  const measured = measureAll(tables, { draws, seed });
  const cuts = options.subgroupings ?? subgroupings(histories);
  const groups = cuts.flatMap((cut) => observationGroups(cut, histories, tables[0]));
  const isShown = ({ people }: ObservationGroup) => people >= fewestPeople;
  return {
    format: 'onward-comparison',
    version: 1,
    bootstrapDraws: draws,
    seed,
    ...comparison(models, measured, tables[0], metricNames),
    reliability: models.map((_, m) => reliabilityOf(measured[m].table.total())),
    subgroups: groups.filter(isShown).map(({ by, group, rows }) => {
      const parts = tables.map((table) => pickRows(table, rows));
      return {
        by,
        group,
        ...comparison(models, measureAll(parts, { draws, seed }), parts[0], ['perplexity']),
      };
    }),
    fewestPeople,
    withheld: groups.filter((group) => !isShown(group)).map(({ by, group }) => ({ by, group })),
  };
}

interface Measured extends BootstrappedMetrics {
  table: TableMetrics;
}

/** Tables of the same people, each over the same draws. */
function measureAll(
  tables: readonly ObservationTable[],
  { draws, seed }: Required<EvaluationOptions>,
): Measured[] {
  const shared = [...personDraws(tables[0].people, draws, seed)];
  return tables.map((each) => {
    const table = new TableMetrics(each);
    return { table, ...table.bootstrap(shared) };
  });
}

function comparison(
  models: readonly ModelScores[],
  measured: readonly Measured[],
  table: ObservationTable,
  metrics: readonly MetricName[],
): Comparison {
  return {
    counts: countsOf(measured[0].table.total(), table),
    models: models.map((model, m) => modelMetrics(model, measured[m])),
    differences: pairs(models.length).flatMap(([a, b]) =>
      metrics.map((metric) => ({
        metric,
        first: models[a].name,
        second: models[b].name,
        ...differenceIn(metric, measured[a], measured[b]),
      })),
    ),
  };
}

function modelMetrics({ name }: ModelScores, { metrics, samples }: Measured): ModelMetrics {
  return { name, metrics, standardErrors: spread(samples) };
}

function pairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a - 1 }, (_, i): [number, number] => [a, a + 1 + i]),
  );
}
