import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../src/lab/projectRoot.ts';

export interface ImportEdge {
  /** As written. */
  specifier: string;
  /** Path from the project root for a relative import, else null. */
  target: string | null;
  isTypeOnly: boolean;
}

/** One of our source files, read once. Paths are from the project root. */
export interface Source {
  path: string;
  /** Folder under src/, or null for files at its top and outside of it. */
  room: string | null;
  text: string;
  lines: number;
  imports: readonly ImportEdge[];
  /** Names that the file reads and does not declare: no property names. */
  identifiers: ReadonlySet<string>;
}

/** All TypeScript and Svelte files under the given folders. */
export function readSources(...folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.d.ts'))
    .sort()
    .map(readSource);
}

export function parseSource(path: string, text: string): Source {
  const code = path.endsWith('.svelte') ? scriptsOf(text) : text;
  const tree = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  const imports: ImportEdge[] = [];
  const read = new Set<string>();
  const declared = new Set<string>();
  const addImport = (specifier: string, isTypeOnly: boolean) =>
    imports.push({
      specifier,
      target: specifier.startsWith('.')
        ? normalize(join(dirname(path), specifier.replace(/\?.*$/, '')))
        : null,
      isTypeOnly,
    });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      addImport(node.moduleSpecifier.text, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      addImport(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (ts.isStringLiteralLike(argument)) addImport(argument.text, false);
    } else if (ts.isIdentifier(node)) {
      if (isDeclared(node)) declared.add(node.text);
      else if (!isProperty(node)) read.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const identifiers = new Set([...read].filter((name) => !declared.has(name)));
  const room = /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
  return { path, room, text, lines: text.trimEnd().split('\n').length, imports, identifiers };
}

function readSource(path: string): Source {
  return parseSource(path, readFileSync(join(projectRoot, path), 'utf8'));
}

function scriptsOf(component: string): string {
  return [...component.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

function isDeclared(node: ts.Identifier): boolean {
  const parent = node.parent;
  const declares =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isFunctionDeclaration(parent);
  return declares && parent.name === node;
}

function isProperty(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  const names =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent);
  return names && parent.name === node;
}
