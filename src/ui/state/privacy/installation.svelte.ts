import { trustOwnScripts } from '../../../shell/index.ts';

/** A page that is being loaded again does nothing more. */
const leaving = (): Promise<never> => new Promise<never>(() => undefined);

/** What this page remembers over its own reloads. */
interface PageState {
  hasReloaded?: boolean;
  /** How often it was loaded again for a build that waits. */
  takeOvers?: number;
}

const pageState = (): PageState => (history.state as PageState | null) ?? {};

const mostTakeOvers = 3;
/** A person waits for the page meanwhile. */
const afterPatience = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_500));

/** The page and its service worker: how it comes to be on this device, and how a new version replaces it. */
export class Installation {
  /** A newer version is stored and is used from the next load on, unless other tabs are open then. */
  hasUpdate = $state(false);
  /** Whether the app is stored on this device and works without network. */
  isStored = $state(false);

  /**
   * Resolves when workers may begin. On a host that sends our headers this is at once. Elsewhere the service worker gives
   * them, so it must stand in for the server first, and the page is loaded once more. Rejects where it cannot; a
   * browser without service workers has to do without.
   */
  async settle(): Promise<void> {
    const { serviceWorker: container } = navigator as { serviceWorker?: ServiceWorkerContainer };
    if (!container || import.meta.env.DEV) return;
    trustOwnScripts();
    const registering = container.register('sw.js', { updateViaCache: 'none' });
    if (crossOriginIsolated) {
      void registering.then((registration) => this.#watch(registration)).catch(() => undefined);
      // Registering waits for a newer build that is just arriving, which may take minutes.
      const registration = container.controller && (await container.getRegistration());
      if (registration) await this.#useNewest(registration, container);
    } else {
      const registration = await registering;
      await this.#useNewest(registration, container);
      await this.#standBehind(registration, container);
      this.#watch(registration);
    }
    container.controller?.postMessage('settled');
  }

  /** A build that waits for its turn is used at once, unless another page is still at work on the one before. */
  async #useNewest({ waiting }: ServiceWorkerRegistration, container: ServiceWorkerContainer): Promise<void> {
    const { takeOvers, ...state } = pageState();
    if (!waiting) {
      if (takeOvers !== undefined) history.replaceState(state, '');
      return;
    }
    const tries = (takeOvers ?? 0) + 1;
    if (tries > mostTakeOvers) return;
    const changed = whenControlled(container);
    const channel = new MessageChannel();
    const isAlone = new Promise<boolean>((resolve) => {
      channel.port1.onmessage = ({ data }: MessageEvent<boolean>) => resolve(data);
    });
    waiting.postMessage('take-over', [channel.port2]);
    if ((await Promise.race([isAlone, afterPatience()])) !== true) return;
    history.replaceState({ ...state, takeOvers: tries }, '');
    // A debugger at the old worker keeps it in charge, in Chromium 156 for minutes; otherwise this takes two seconds at the most.
    await Promise.race([changed, afterPatience()]);
    location.reload();
    await leaving();
  }

  async #standBehind(
    registration: ServiceWorkerRegistration,
    container: ServiceWorkerContainer,
  ): Promise<void> {
    if (!container.controller) {
      const controlled = whenControlled(container);
      registration.active?.postMessage('claim');
      await Promise.race([controlled, whenRefused(registration)]);
    }
    // Some browsers isolate no page, whatever its headers say.
    const state = pageState();
    if (state.hasReloaded === true) return;
    history.replaceState({ ...state, hasReloaded: true }, '');
    location.reload();
    await leaving();
  }

  #watch(registration: ServiceWorkerRegistration): void {
    this.isStored = registration.active !== null;
    this.hasUpdate = registration.waiting !== null;
    const follow = (worker: ServiceWorker | null) => {
      worker?.addEventListener('statechange', () => {
        this.isStored ||= worker.state === 'activated';
        this.hasUpdate = registration.waiting !== null && registration.active !== null;
      });
    };
    follow(registration.installing);
    registration.addEventListener('updatefound', () => follow(registration.installing));
  }
}

function whenControlled(container: ServiceWorkerContainer): Promise<void> {
  return new Promise((resolve) => {
    container.addEventListener('controllerchange', () => resolve(), { once: true });
  });
}

/** Rejects when the worker that is being installed is given up. */
function whenRefused({ installing }: ServiceWorkerRegistration): Promise<never> {
  return new Promise((_, reject) => {
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'redundant') reject(new Error('The app could not be stored on this device'));
    });
  });
}
