import { Average, fromBaselineFile, StayCalibration } from '../evaluation/index.ts';
import { type Adapter, type AdapterFiles, importAdapter } from './files/adapterFile.ts';
import { readCard } from './files/card.ts';
import type { OccupationList } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import type { AdapterSummary } from '../storage/index.ts';
import type { LearningModel, LearningResources } from './preparedRun.ts';
import { summaryOf, template } from './adapters.ts';
import { averageSettings, listOf, settingsOf } from './adapterSettings.ts';
import type { AskedModel } from './askedModel.ts';
import { averageModel } from './average/averageModel.ts';
import { calibratedModel } from './average/calibratedModel.ts';
import { openCareer } from './career/careerRuns.ts';
import { openHead } from './head/headRuns.ts';
import { promisedTensors } from './keptAdapter.ts';
import { renormalisedRoute } from './language/routeModel.ts';
import { openSteps } from './records/stepRuns.ts';
import { tableModel } from './tables/tableModel.ts';

/** Something trained, ready to be asked; LoRA is opened by `openLora`. Throws `bad-input` where it cannot be asked here. */
export async function openAdapter(
  adapter: Adapter,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<AskedModel> {
  switch (adapter.about.kind) {
    case 'head':
      return openHead(adapter, resources);
    case 'career':
      return openCareer(adapter, resources);
    case 'logit':
    case 'bag-of-jobs':
      return openSteps(adapter, resources);
    case 'average':
      return openAverage(adapter, resources, signal);
    default:
      throw new AppError('bad-input', `A ${adapter.about.kind} cannot be asked here.`);
  }
}

/** What came with the language model, by its name there. */
export async function openShipped(
  name: string,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<AskedModel> {
  return openAdapter(await shippedAdapter(name, await resources.languageModel(signal)), resources, signal);
}

/** Throws `bad-input` where nothing of that name came with the model, or it was made for another one. */
export async function shippedAdapter(name: string, { shipped, report }: LearningModel): Promise<Adapter> {
  const files = shipped.get(name);
  if (!files) throw new AppError('bad-input', `No model ${name} came with ${report.name}.`);
  return importAdapter(files, {
    baseModel: { name: report.name, revision: report.revision },
    template,
    parameters: promisedTensors,
  });
}

/** Of models that came with the language model, its tables, and itself. */
async function openAverage(
  { about }: Adapter,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<AskedModel> {
  const list = listOf(about);
  const settings = settingsOf(averageSettings, about);
  const average = Average.fromFile(settings.average, list);
  const members: AskedModel[] = [];
  for (const name of average.models) members.push(await openMember(name, list, resources, signal));
  const model = averageModel(average, members, list);
  const { stayCalibration } = settings;
  return stayCalibration ? calibratedModel(model, StayCalibration.fromFile(stayCalibration), list) : model;
}

async function openMember(
  name: string,
  list: OccupationList,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<AskedModel> {
  const language = await resources.languageModel(signal);
  if (name === 'mixture') return tableModel(fromBaselineFile(await language.mixture(signal), list), list);
  if (name === 'language-route') return renormalisedRoute(language.route, list);
  return openAdapter(await shippedAdapter(name, language), resources, signal);
}

/** Before the names of what came with the model, where ids are asked for. */
export const shippedPrefix = 'shipped/';

/** What the table of adapters says of one that came with the model. Throws `bad-input` for a broken card. */
export function shippedSummary(name: string, { weights, card }: AdapterFiles): AdapterSummary {
  const { format: _format, version: _version, ...about } = readCard(card);
  return summaryOf(`${shippedPrefix}${name}`, about, 'shipped', weights.length + card.length);
}
