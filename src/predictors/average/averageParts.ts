import * as v from 'valibot';
import { Average, fromBaselineFile, StayCalibration } from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import type { AskedModel } from '../askedModel.ts';
import type { Adapter } from '../files/adapterFile.ts';
import { checkCarded, readCarded } from '../files/cardedParts.ts';
import { settingsOf } from '../files/cardSettings.ts';
import type { OpeningPlace, PredictorParts } from '../kind.ts';
import { renormalisedRoute } from '../language/routeModel.ts';
import { lasting } from '../openedModel.ts';
import { listOf } from '../records/encodingSettings.ts';
import { tableModel } from '../tables/tableModel.ts';
import { averageModel } from './averageModel.ts';
import { calibratedModel } from './calibratedModel.ts';

const knot = v.tuple([v.number(), v.number()]);

/**
 * Of an average: its weights, whose `models` are names of what came with the language model, `mixture` for the tables, or
 * `language-route`; and the calibration of its P(stay), where it has one.
 */
const averageSettings = v.object({
  average: v.object({
    format: v.literal('onward-average'),
    version: v.literal(1),
    models: v.pipe(v.array(v.string()), v.minLength(1)),
    gate: v.array(v.array(v.array(v.number()))),
  }),
  stayCalibration: v.optional(
    v.object({
      format: v.literal('onward-stay-calibration'),
      version: v.literal(1),
      knots: v.array(knot),
    }),
  ),
});

/** It has no tensors of its own. */
const parameters = () => [];

export const averageParts: PredictorParts<never> = {
  parameters,
  async check(files, name, place) {
    const about = await checkCarded(parameters)(files, name, place);
    // An average needs what it averages.
    await openAverage(await readCarded(files, parameters, place), place);
    return about;
  },
  async open(files, place) {
    return lasting(await openAverage(await readCarded(files, parameters, place), place));
  },
};

/** Of models that came with the language model, its tables, and itself. */
async function openAverage({ about }: Adapter, place: OpeningPlace): Promise<AskedModel> {
  const list = listOf(about);
  const settings = settingsOf(averageSettings, about);
  const average = Average.fromFile(settings.average, list);
  const members: AskedModel[] = [];
  for (const name of average.models) members.push(await openMember(name, list, place));
  const model = averageModel(average, members, list);
  const { stayCalibration } = settings;
  return stayCalibration ? calibratedModel(model, StayCalibration.fromFile(stayCalibration), list) : model;
}

async function openMember(name: string, list: OccupationList, place: OpeningPlace): Promise<AskedModel> {
  const { resources, signal } = place;
  const language = await resources.languageModel(signal);
  if (name === 'mixture') return tableModel(fromBaselineFile(await language.mixture(signal), list), list);
  if (name === 'language-route') return renormalisedRoute(language.route, list);
  return place.shipped(name);
}
