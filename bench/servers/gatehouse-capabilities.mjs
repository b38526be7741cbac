import { ChangeNotifier } from '../../dist/mcp/change-notifier.js';
import { Resource } from '../../dist/mcp/decorators/resource.decorator.js';
import { Tool } from '../../dist/mcp/decorators/tool.decorator.js';
import { ANNOTATIONS as annotations, contentsOf, RESOURCES, sum, toolsOf } from '../workload/offering.mjs';
import { toolInput } from '../workload/tool-input.mjs';

/** That of the server in this process, once it runs. */
let notifier;

/** What the benchmark asks for, as decorated methods. Plain JavaScript has no decorator syntax, so they are applied by hand. */
export function capabilities(tools) {
  class Offering {
    constructor(changeNotifier) {
      notifier = changeNotifier;
    }
  }
  Reflect.defineMetadata('design:paramtypes', [ChangeNotifier], Offering);
  for (const { name, description } of toolsOf(tools)) {
    method(Offering, name, (args) => sum(args), Tool({ name, description, annotations, input: toolInput() }));
  }
  for (const resource of RESOURCES) {
    const { uri, name, mimeType } = resource;
    method(Offering, name, () => contentsOf(resource), Resource({ uri, name, mimeType }));
  }
  return [{ module: class OfferingModule {}, providers: [Offering] }];
}

/** Tells everybody who listens that the list of tools is another. */
export function changeTools() {
  notifier?.toolsChanged();
}

function method(type, name, value, decorate) {
  const descriptor = { value, writable: true, configurable: true };
  Object.defineProperty(type.prototype, name, descriptor);
  decorate(type.prototype, name, descriptor);
}
