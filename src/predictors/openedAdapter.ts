import { type Adapter, type AdapterFiles, importAdapter } from './files/adapterFile.ts';
import { readCard } from './files/card.ts';
import { AppError } from '../platform/index.ts';
import type { AdapterSummary } from '../storage/index.ts';
import type { LearningModel, LearningResources, Members } from './preparedRun.ts';
import { summaryOf, template } from './adapters.ts';
import type { AskedModel } from './askedModel.ts';
import { openAverage, shippedMembers } from './average/openAverage.ts';
import { openCareer } from './career/careerRuns.ts';
import { openHead } from './head/headRuns.ts';
import { promisedTensors } from './keptAdapter.ts';
import { openSteps } from './records/stepRuns.ts';

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
      return openAverage(adapter, resources.members ?? privateMembers(resources), signal);
    default:
      throw new AppError('bad-input', `A ${adapter.about.kind} cannot be asked here.`);
  }
}

/** Members that nobody else asks. */
function privateMembers(resources: LearningResources): Members {
  return shippedMembers(resources, (name, signal) => openShipped(name, resources, signal));
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

/** Before the names of what came with the model, where ids are asked for. */
export const shippedPrefix = 'shipped/';

/** What the table of adapters says of one that came with the model. Throws `bad-input` for a broken card. */
export function shippedSummary(name: string, { weights, card }: AdapterFiles): AdapterSummary {
  const { format: _format, version: _version, ...about } = readCard(card);
  return summaryOf(`${shippedPrefix}${name}`, about, 'shipped', weights.length + card.length);
}
