/**
 * language: what a language model says of careers, by the titles of a list. Owns the route from a career to title
 * probabilities and hidden states, in windows that fit the model's context, and the words in which a model reports itself.
 */
export { LanguageRoute } from './languageRoute.ts';
export type { Device, DevicePreference, DeviceReport, ModelProgress, ModelReport } from './modelReport.ts';
export type {
  AdapterAnswer,
  CareerScore,
  CareerTop,
  PredictRequest,
  Prediction,
  RoutePrediction,
  TokenPiece,
  Unanswered,
} from './prediction.ts';
export { renormalisedRoute, RouteModel } from './routeModel.ts';
