import { computed, reactive, ref, shallowRef } from 'vue'
import { SubmissionKey } from '@/api/keys'
import { type ApiProblem, byField, problemOf } from '@/api/problem'
import rules from '@/api/rules.json'
import { check, type Rule } from './rules'

type Operation = keyof typeof rules

/**
 * A form that sends one operation: validated as you type by the rules of the API's document, errors of the server shown
 * at their fields, one idempotency key per submission. What was typed stays, whatever happens.
 */
export function useForm<T extends Record<string, unknown>, R>(options: {
  operation?: Operation
  initial: T
  /** Rules beyond those of the document; they win. */
  also?: Partial<Record<keyof T & string, (value: unknown, values: T) => string | null>>
  send(values: T, headers: { 'Idempotency-Key': string }): Promise<R>
  done?(answer: R): void | Promise<void>
}) {
  const values = reactive({ ...options.initial }) as T
  const touched = reactive<Record<string, boolean>>({})
  const refused = shallowRef<Record<string, string>>({})
  const problem = shallowRef<ApiProblem | null>(null)
  const busy = ref(false)
  const key = new SubmissionKey()
  const documented = (options.operation ? rules[options.operation] : {}) as Record<string, Rule>
  const fields = Object.keys(options.initial)

  const found = computed(() => {
    const errors: Record<string, string> = {}
    for (const field of fields) {
      const own = options.also?.[field]
      const error = (own ? own(values[field], values) : null) ?? check(documented[field] ?? {}, values[field])
      if (error) errors[field] = error
    }
    return errors
  })

  /** What is wrong with a field, once it was left or a submission was tried. */
  const errors = computed(() => {
    const shown: Record<string, string | undefined> = { ...refused.value }
    for (const field of fields) if (touched[field] && found.value[field]) shown[field] = found.value[field]
    return shown
  })

  function touch(field: string): void {
    touched[field] = true
  }

  function edit(field: string): void {
    if (!(field in refused.value)) return
    const rest = { ...refused.value }
    delete rest[field]
    refused.value = rest
  }

  async function submit(): Promise<void> {
    if (busy.value) return
    for (const field of fields) touched[field] = true
    const wrong = fields.find((field) => found.value[field])
    if (wrong) {
      focus(wrong)
      return
    }
    busy.value = true
    problem.value = null
    refused.value = {}
    try {
      const snapshot = { ...values }
      const answer = await options.send(snapshot, { 'Idempotency-Key': key.for(snapshot) })
      key.done()
      await options.done?.(answer)
    } catch (thrown) {
      const failure = problemOf(thrown)
      const { at, elsewhere } = byField(failure.errors, fields)
      refused.value = at
      const shown = Object.keys(at)[0]
      problem.value = shown && elsewhere.length === 0 ? null : failure
      if (shown) focus(shown)
    } finally {
      busy.value = false
    }
  }

  function reset(next: Partial<T> = {}): void {
    Object.assign(values, options.initial, next)
    for (const field of fields) touched[field] = false
    refused.value = {}
    problem.value = null
  }

  return reactive({ values, errors, problem, busy, submit, reset, touch, edit, required: (f: string) => !!documented[f]?.required })
}

function focus(field: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus())
}
