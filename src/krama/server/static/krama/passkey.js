// SPDX-License-Identifier: Apache-2.0
// Asks the browser for a passkey and posts its answer. Nothing is kept here, and nothing is sent elsewhere.
'use strict';

(() => {
  const show = (id) => { const note = document.getElementById(id); if (note) note.hidden = false }

  const optionsOf = async (form) => {
    if (!form.hasAttribute('data-passkey-fetch')) return JSON.parse(document.getElementById('passkey-options').textContent)
    const answer = await fetch(form.action, { headers: { Accept: 'application/json' } })
    if (!answer.ok) throw new Error('no options')
    return answer.json()
  }

  const created = (options, form) => {
    const alone = form.querySelector('[name=passwordless]')
    const selection = options.creation_options.publicKey.authenticatorSelection
    selection.residentKey = alone && alone.checked ? 'required' : 'discouraged'
    selection.requireResidentKey = Boolean(alone && alone.checked)
    if (alone && alone.checked) selection.userVerification = 'required'
    return window.webauthnJSON.create(options.creation_options)
  }

  const ask = async (form) => {
    try {
      const options = await optionsOf(form)
      const answer = form.dataset.passkey === 'create' ? await created(options, form) : await window.webauthnJSON.get(options.request_options)
      form.querySelector('[name=credential]').value = JSON.stringify(answer)
      form.submit()
    } catch {
      show('passkey-failed')
    }
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const button = form.querySelector('[data-passkey-button]')
    if (!window.PublicKeyCredential) { show('passkey-none'); button.disabled = true } else button.addEventListener('click', () => ask(form))
  }
})()
