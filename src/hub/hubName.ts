import { AppError } from '../platform/index.ts';

/** The hub that is asked where the server names no other. */
export const usualHub = 'https://huggingface.co';

/** A model on the hub. */
export interface HubName {
  /** `owner/name`. */
  repository: string;
  /** Branch, tag or commit. */
  revision: string;
}

const part = /^[\w][\w.-]{0,95}$/;
const revisionPattern = /^[\w][\w./-]{0,199}$/;

/**
 * Reads `owner/name`, `owner/name@revision`, or the address of a model's page. Throws `AppError('bad-input')` that says
 * what is missing.
 */
export function parseHubName(text: string): HubName {
  const { path, revision } = spelled(text.trim());
  const [owner, name, ...rest] = path.split('/');
  if (!owner || !name || rest.length > 0) {
    throw unreadable(text, 'write it as owner/name, for instance HuggingFaceTB/SmolLM2-135M-Instruct');
  }
  if (!part.test(owner) || !part.test(name)) {
    throw unreadable(text, 'owner and name have letters, digits, dots, dashes and underscores only');
  }
  if (!revisionPattern.test(revision) || revision.includes('..')) {
    throw unreadable(text, 'what follows the @ is no branch, tag or commit');
  }
  return { repository: `${owner}/${name}`, revision };
}

function spelled(text: string): { path: string; revision: string } {
  const page =
    /^https?:\/\/[^/]+\/([^/?#]+\/[^/?#]+)(?:\/(?:tree|resolve|blob)\/([^/?#]+))?\/?(?:[?#].*)?$/.exec(text);
  if (page) return { path: page[1], revision: page[2] ?? 'main' };
  const [path, ...revision] = text.split('@');
  return { path, revision: revision.length > 0 ? revision.join('@') : 'main' };
}

function unreadable(text: string, advice: string): AppError {
  return new AppError('bad-input', `“${text.trim().slice(0, 80)}” is no model’s name: ${advice}`);
}

/** Where the hub describes a revision of a model, with size and hash of every file. */
export function listingAddress(hub: string, { repository, revision }: HubName): string {
  return `${hub}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

/** Where the bytes of a file are, at a commit. */
export function fileAddress(hub: string, repository: string, commit: string, path: string): string {
  const segments = path.split('/').map(encodeURIComponent).join('/');
  return `${hub}/${repository}/resolve/${encodeURIComponent(commit)}/${segments}`;
}
