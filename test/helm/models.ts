import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import {
  PodMonitor,
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, PersistentVolumeClaim, Pod, Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './helm.js';

interface Model {
  validate(): void;
}

type ModelClass = new (manifest: never) => Model;

/** Kinds that are no part of Kubernetes itself. */
const CUSTOM: Readonly<Record<string, ModelClass>> = {
  HTTPRoute,
  PodMonitor,
  PrometheusRule,
  ServiceMonitor,
};

const KINDS: Readonly<Record<string, ModelClass>> = {
  ...CUSTOM,
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
};

export const isCustom = ({ kind }: Manifest): boolean => kind in CUSTOM;

/** What is missing in an object, or not among the values that its kind allows. */
export function problems(manifest: Manifest): string[] {
  const Kind = KINDS[manifest.kind];
  if (!Kind) return [`${manifest.kind} is not among the kinds of this chart`];
  try {
    new Kind(structuredClone(manifest) as never).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
