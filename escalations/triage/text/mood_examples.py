"""Sentences of our own that teach the tone of a message. Calm ones name trouble without strain on purpose."""

PLEASED = """
Thank you so much, that was quick and friendly.
Brilliant, it works now, thanks a lot.
Great service, I am very happy with it.
Perfect, that solved it.
You have been really helpful, I appreciate it.
The parcel arrived early and everything was in order, lovely.
I am delighted with how your colleague handled this.
Thanks, all good now.
Wonderful, that is exactly what I needed.
Just wanted to say how pleased we are with the new contract.
That is very kind of you, thank you.
Excellent, the refund is already in my account.
Your team did a fantastic job last week.
Super, many thanks and have a nice weekend.
I love the new app, it is so easy to use.
Happy to confirm that everything arrived safely.
Thank you for sorting this out so patiently.
What a pleasant surprise, I did not expect an answer this fast.
We are very satisfied and will order again.
Amazing support, five stars from me.
Cheers, that did the trick.
I am glad it was so simple in the end.
Good news, the payment went through, thanks for your help.
It was a pleasure to deal with you.
No problem at all, take your time.
Thanks for your help!
"""

CALM = """
Could you tell me your opening hours?
Where is my order?
My card payment was declined yesterday.
I would like to cancel my subscription at the end of the month.
How do I change my address?
The invoice shows 120.00 but the order says 100.00.
I was charged twice for the same order, please refund one of them.
Please find attached the invoice for March.
I do not recognise a payment on my statement, can you check it?
My parcel has not arrived yet, could you look into it?
The screen of the laptop has a crack, I would like a replacement.
Can I pay in three instalments?
I lost my card and need a new one.
What documents do I need to open an account?
I forgot my password.
Please update the delivery date for purchase order 4471.
Is there a fee for transfers abroad?
The app shows an error when I log in.
I want to apply for the position of accountant, my résumé is attached.
Our bank details have changed, see below.
Can you confirm that you received my payment?
I am writing to ask about the status of my claim.
Please send me a copy of my contract.
How long does a refund take?
I need to speak to someone about my account.
My account is blocked, what do I have to do?
There is a mistake in my name, it should be spelled with a y.
I would like to dispute a charge of 35 euros from last Tuesday.
We still need the delivery note for this shipment.
The meter reading for this month is 5521.
Could you resend the confirmation e-mail?
I am waiting for the new card, when will it arrive?
Please remove me from the mailing list.
Does the warranty cover water damage?
Reminder: invoice 2291 is due on Friday.
My husband and I would like to open a joint account.
The heating engineer is booked for Monday at nine.
Why was a fee taken from my account?
I would like to return the shoes, they are too small.
I noticed a payment that might be fraud, please advise.
My phone was stolen, please block the card.
The delivery was short by two boxes.
Can someone call me about the contract?
I did not get the verification code.
The customer asks for a refund of 80 dollars for a late parcel.
Step two failed because the order system did not answer.
Proposed action: issue a credit of 25 to the account.
Transaction flagged: four payments within one hour from a new device.
At what time do you close on Fridays?
Are you open on public holidays, and is there a late evening?
Is there a lunch break at your branch in town?
Last admission is at what time?
I would be glad to introduce myself for the role of night receptionist.
I have six years of experience and could start in May.
The total of the invoice is not the sum of its lines.
Invoice 7781 from North Pallets does not match the purchase order.
The invoice over 727 dollars for the deliveries in July, prices as agreed.
Action requested by the assistant, argument amount 4685, argument account 9932.
Source: inbox. Three of four lines match within tolerance.
Perhaps you can help me, it is about my contract.
Good day, I hope you are well.
I am writing on behalf of my colleague.
It has been a busy week at our place and I only got round to writing now.
My account number is 997779 and the best time to call is after nine.
Please cancel everything by the third of June.
Please close my account.
Please cancel my subscription.
Cancel my order please, I no longer need it.
Do you close at all on Sunday?
Why was my top-up not approved?
Why does my transfer fail?
Why is the exchange rate different from what I saw?
We cannot make calls, the line is dead.
Kindly remove the second user.
Somebody used my card in a city where I have never been.
Letters still go to my old address.
How do I settle the open bill online?
Our order is past its date, please tell us when it will come.
Do you deliver to islands?
Can I top up my balance while I travel?
Is there an age limit for an account?
I have a question about children's accounts.
Can I withdraw money abroad without a fee?
Please translate this letter for me.
What is the weather going to be tomorrow?
The router shows a red light after the update.
I am writing in response to your letter of October.
Where can I see my points?
Is my deposit safe with you?
Can you look up the name of this song for me?
What song is playing right now?
It is time to say goodbye, talk to you tomorrow.
How many times have I taken a day off this year?
Set a timer for ten minutes please.
What does this word mean?
See you at the lake at four, bring the kids.
How do I knit a scarf?
"""

UPSET = """
This is unacceptable, I expect an answer today.
I am very disappointed with your service.
Your support is useless, nobody reads what I write.
I have explained this twice already and still nothing happens.
I am fed up with waiting.
What a joke, you took my money and sent me nothing.
Worst company I have ever dealt with.
You keep sending me the same answer that does not help at all.
I have been on hold for an hour and then you hung up on me.
How hard can it be to send one parcel?
I am really angry about this.
That is a ridiculous excuse.
You promised a call back and of course nobody called.
I want my money back now, this is a scam.
Three weeks and not a single reply, this is disgraceful.
Stop wasting my time.
I will never order from you again.
It is outrageous that I have to chase you for my own money.
Nobody seems to care about customers here.
The driver was rude and threw my parcel over the fence.
This has been going on for months and I have had enough.
Again the wrong item, can you not read?
I am furious that you charged me without asking.
Your bot is driving me mad.
I am sick of being passed from one department to the next.
You have ignored every one of my e-mails.
Absolutely terrible experience from start to finish.
Still no refund, still no answer, what are you doing all day?
I regret that I ever became a customer.
This is the fourth time I have to write about the same thing.
You clearly do not want to help me.
I am losing patience with you.
Frankly I feel cheated by your company.
It broke after one day, what rubbish are you selling?
I was told it would come on Monday, then Wednesday, now nobody knows, this is a shambles.
Do your job.
You ruined my daughter's birthday.
I feel lied to.
This is unbelievable.
Fix it now!
I expect an answer today or I take my business elsewhere.
How hard can it be?
Once more, because nobody reads this.
Unacceptable.
Third reminder, and I am not paying for your mistakes.
I am treated like a number here.
"""

DISTRESSED = """
I do not know what to do any more, please help me.
I can't cope with this on my own.
I have not slept for days because of this debt.
They will cut off our heating and I have a baby at home.
I am in tears while I write this.
I am scared that we will lose our home.
If the money does not come today I cannot buy food for my children.
My whole savings are gone and I feel sick with worry.
I am completely desperate, please, somebody call me.
I have panic attacks every time a letter from you arrives.
I cannot go on like this.
Everything is falling apart since my husband died.
I am so ashamed and I have nobody to talk to.
Please, I am begging you, I need my medication.
I am at the end of my strength.
I feel like there is no way out for me.
My mother is in hospital and I cannot pay the bill, I am terrified.
I am shaking, someone emptied my account and I have nothing left.
I just want it all to be over.
Sometimes I think that it would be better if I were not here.
I am alone, old and frightened, and I do not understand these letters.
I cannot breathe when I think about what I owe you.
We are going to be evicted on Friday and nobody listens.
I cry every night because of this.
I am overwhelmed and do not see how I can get through this month.
My child is ill and the machine we need has not come, I am so afraid.
This is destroying my family.
I have lost my job and I am losing my mind.
Help me please, I am stuck here with no money and it is dark.
I feel hopeless and so very tired of it all.
"""

EXAMPLES: dict[str, tuple[str, ...]] = {
    name: tuple(block.strip().splitlines())
    for name, block in (
        ("calm", CALM),
        ("distressed", DISTRESSED),
        ("pleased", PLEASED),
        ("upset", UPSET),
    )
}
