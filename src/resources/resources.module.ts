import { type DynamicModule, Module } from '@nestjs/common';
import { FilesystemResources } from './filesystem-resources.js';
import { FilesystemResourcesOptions } from './filesystem-resources.options.js';
import { FolderWatch } from './folder-watch.js';

/** The files of a folder as resources. */
@Module({})
export class ResourcesModule {
  static forRoot(options: FilesystemResourcesOptions): DynamicModule {
    return {
      module: ResourcesModule,
      providers: [
        { provide: FilesystemResourcesOptions, useValue: options },
        FolderWatch,
        FilesystemResources,
      ],
    };
  }
}
